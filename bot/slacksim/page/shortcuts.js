// Shortcuts of the app, as a small menu that opens by mouse and by keyboard: those for anywhere beside the composer,
// those for a message at the message (docs.slack.dev, "Shortcuts").

import { el } from "./dom.js";

// fillShortcuts puts the shortcuts into an open-and-close element; choose(callback_id) runs one.
export function fillShortcuts(more, shortcuts, choose) {
  more.hidden = shortcuts.length === 0;
  more.querySelector("ul")?.remove();
  more.append(el("ul", {}, shortcuts.map(({ name, callback_id, description }) => el("li", {}, el(
    "button",
    { type: "button", title: description, "data-shortcut": callback_id, click: () => run(more, () => choose(callback_id)) },
    name,
  )))));
  if (more.dataset.bound) return;
  more.dataset.bound = "yes";
  more.addEventListener("keydown", (event) => event.key === "Escape" && more.open && close(more, event));
  more.addEventListener("focusout", (event) => !more.contains(event.relatedTarget) && (more.open = false));
}

// shortcutsAt is such a menu of its own, for a message; nothing where there are no shortcuts.
export function shortcutsAt(label, shortcuts, choose) {
  if (shortcuts.length === 0) return null;
  const more = el("details", { class: "more" }, el("summary", { "aria-label": label }, "⋯"));
  fillShortcuts(more, shortcuts, choose);
  return more;
}

function run(more, choose) {
  more.open = false;
  more.querySelector("summary").focus();
  choose();
}

function close(more, event) {
  event.stopPropagation();
  more.open = false;
  more.querySelector("summary").focus();
}
