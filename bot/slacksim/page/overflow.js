// An overflow menu: a button with a few options behind it (docs.slack.dev "Overflow menu element").

import { beneath } from "./beneath.js";
import { choices } from "./choices.js";
import { el, safeLink } from "./dom.js";
import { textOf } from "./text.js";

// drawOverflow draws one. A choice is a click; nothing stays chosen.
export function drawOverflow(element, { surface, changed }) {
  const button = el("button", { type: "button", class: "overflow", "data-action-id": element.action_id, "aria-label": "More", click, blur: () => show(false), keydown }, "⋯");
  const list = el("ul", { class: "choices", role: "listbox", id: `options-${crypto.randomUUID()}`, "aria-label": "More" });
  const popup = el("div", { class: "popup narrow", hidden: true }, list);
  const open = beneath(popup, button);
  const options = choices({ input: button, list, draw: (option) => textOf(option.text, surface.names), choose });
  button.removeAttribute("aria-autocomplete");

  function show(wanted) {
    options.show(wanted ? [{ items: element.options ?? [] }] : []);
    open(wanted);
  }

  function click() {
    show(popup.hidden);
  }

  function choose(option) {
    open(false);
    if (safeLink(option.url ?? "")) window.open(option.url, "_blank", "noopener");
    changed(button, { selected_option: option });
  }

  function keydown(event) {
    if (options.key(event) && list.hidden) open(false);
  }

  return { node: el("div", { class: "menu" }, button, popup) };
}
