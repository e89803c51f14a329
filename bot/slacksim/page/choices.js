// A list of choices under a text input, moved through with the arrow keys while the focus stays in the input
// (the combobox pattern of the W3C's ARIA guide).

import { el } from "./dom.js";

// choices binds a list to an input. draw(item) returns the children of its row, choose(item) takes it, and isChosen(item)
// tells whether it is taken already. Where several can be taken, the list stays open. tab says that Tab takes as well.
// The caller passes every keydown to key, which tells whether it was used up.
export function choices({ input, list, draw, choose, isChosen = () => false, several = false, tab = false }) {
  let items = [];
  let rows = [];
  let at = 0;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-haspopup", "listbox");
  input.setAttribute("aria-controls", list.id);

  function mark(index) {
    at = (index + items.length) % items.length;
    rows.forEach((row, i) => row.classList.toggle("active", i === at));
    rows[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", rows[at].id);
  }

  // show takes groups, each {label?, items}; without an item the list is closed.
  function show(groups) {
    items = groups.flatMap((group) => group.items);
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    rows = items.map((item, i) => row(item, `${list.id}-${i}`));
    let next = 0;
    list.replaceChildren(...groups.flatMap(({ label, items }) => grouped(label, rows.slice(next, (next += items.length)))));
    if (list.hidden) return input.removeAttribute("aria-activedescendant");
    mark(several ? 0 : Math.max(0, items.findIndex(isChosen)));
  }

  // On mousedown, not click: the input must not lose the focus before the choice is taken.
  function row(item, id) {
    const mousedown = (event) => {
      event.preventDefault();
      take(item);
    };
    return el("li", { id, role: "option", "aria-selected": String(isChosen(item)), mousedown }, draw(item));
  }

  function take(item) {
    if (list.ariaBusy === "true") return;
    if (!several) show([]);
    choose(item);
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(isChosen(items[i]))));
    if (several) mark(items.indexOf(item));
  }

  function key(event) {
    if (list.hidden || event.isComposing) return false;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Escape") show([]);
    else if (event.key === "Enter" || (tab && event.key === "Tab")) take(items[at]);
    else return false;
    event.preventDefault();
    return true;
  }

  show([]);
  return { show, key };
}

function grouped(label, rows) {
  if (!label) return rows;
  const heading = el("div", { class: "group", "aria-hidden": "true" }, label);
  return [el("li", { role: "group", "aria-label": label }, heading, el("ul", { role: "none" }, rows))];
}
