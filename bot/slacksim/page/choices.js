// A list of choices under a text input, moved through with the arrow keys while the focus stays in the input
// (the combobox pattern of the W3C's ARIA guide).

import { el } from "./dom.js";

// choices binds a list to an input. draw(item) returns the children of its row, choose(item) takes it.
// The caller passes every keydown to key, which tells whether it was used up.
export function choices({ input, list, draw, choose }) {
  let items = [];
  let at = 0;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);

  function mark(index) {
    at = (index + items.length) % items.length;
    [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
    list.children[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function show(found) {
    items = found;
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) return input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...items.map((item, i) => row(item, `${list.id}-${i}`)));
    mark(0);
  }

  // On mousedown, not click: the input must not lose the focus before the choice is taken.
  function row(item, id) {
    const mousedown = (event) => {
      event.preventDefault();
      take(item);
    };
    return el("li", { id, role: "option", mousedown }, draw(item));
  }

  function take(item) {
    show([]);
    choose(item);
  }

  function key(event) {
    if (list.hidden || event.isComposing) return false;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Escape") show([]);
    else if (event.key === "Enter" || event.key === "Tab") take(items[at]);
    else return false;
    event.preventDefault();
    return true;
  }

  show([]);
  return { show, key };
}
