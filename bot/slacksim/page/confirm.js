// A confirm object is a real dialog: nothing is sent until the person says yes.

import { textOf } from "./text.js";
import { keepInside } from "./trap.js";

// ask shows a confirm object and resolves to true only for its confirm button; Escape is a no.
// The deny button stands first and so has the focus: a second, hasty Enter does no harm.
export function ask(dialog, confirm, names) {
  const part = (id) => dialog.querySelector(`#confirm-${id}`);
  part("title").replaceChildren(...nodes(confirm.title ?? { text: "Are you sure?" }, names));
  part("text").replaceChildren(...nodes(confirm.text, names));
  part("no").replaceChildren(...nodes(confirm.deny ?? { text: "Cancel" }, names));
  part("yes").replaceChildren(...nodes(confirm.confirm ?? { text: "Yes" }, names));
  part("yes").className = confirm.style === "danger" ? "danger" : "primary";

  dialog.returnValue = "no";
  dialog.onkeydown = (event) => {
    if (event.key === "Tab") keepInside(dialog, event);
  };
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function nodes(object, names) {
  return [textOf(object, names)].flat(Infinity);
}
