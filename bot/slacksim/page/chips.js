// What is chosen of many, each with a button that takes it back.

import { el } from "./dom.js";

// chips returns {node, show(options)}. remove(option) is what a button does.
export function chips(label, remove) {
  const node = el("ul", { class: "chosen", "aria-label": label, hidden: true });

  function chip(option) {
    const { text } = option.text;
    const button = el("button", { type: "button", click: () => remove(option), "aria-label": `Remove ${text}` }, "×");
    return el("li", { title: option.description?.text }, el("span", {}, text), button);
  }

  function show(options) {
    node.hidden = options.length === 0;
    node.replaceChildren(...options.map(chip));
  }

  return { node, show };
}
