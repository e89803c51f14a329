// A select of several whose options the bot finds: what is chosen stands above the search box, and goes on a click.

import { el } from "./dom.js";
import { searchable } from "./search.js";

// several returns {node, read}, like the searchable it is made of. most is how many may be chosen.
export function several({ start, most, draw, changed, ...search }) {
  let chosen = start;
  const list = el("ul", { class: "chosen" });
  const { node } = searchable({ ...search, draw, start: null, changed: add });
  const read = () => ({ selected_options: chosen });

  function add(input, { selected_option: option }) {
    input.value = "";
    if (chosen.length >= most || chosen.some(({ value }) => value === option.value)) return;
    set([...chosen, option]);
  }

  function set(options) {
    chosen = options;
    show();
    changed(node, read());
  }

  function show() {
    list.replaceChildren(...chosen.map((option) => {
      const click = () => set(chosen.filter((other) => other !== option));
      return el("li", {}, draw(option), el("button", { type: "button", click, "aria-label": `Remove ${option.text.text}` }, "×"));
    }));
  }

  node.prepend(list);
  show();
  return { node, read };
}
