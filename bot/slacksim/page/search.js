// A select whose options the bot finds while the person types.

import { choices } from "./choices.js";
import { el } from "./dom.js";

const PAUSE_MS = 200;

// searchable returns {node, read}. find(query) resolves to {ok, options, error}; an answer that a newer query has
// overtaken is dropped. Typing after a choice takes the choice back.
export function searchable({ attributes, start, minimum, find, draw, changed }) {
  let chosen = start;
  let newest = 0;
  let timer;

  const input = el("input", { ...attributes, type: "text", autocomplete: "off", input: typed, click: typed, blur, keydown });
  const list = el("ul", { class: "choices", role: "listbox", id: `options-${crypto.randomUUID()}`, hidden: true });
  const said = el("p", { class: "hint", role: "status" });
  const node = el("div", { class: "search" }, input, list, said);
  const options = choices({ input, list, draw, choose });
  input.value = start?.text?.text ?? "";

  function choose(option) {
    chosen = option;
    input.value = option.text.text;
    said.textContent = "";
    changed(input, { selected_option: option });
  }

  function typed() {
    clearTimeout(timer);
    if (chosen?.text?.text !== input.value) chosen = null;
    if (chosen) return;
    if (input.value.length < minimum) return tell(`Type ${minimum} or more characters to search.`);
    timer = setTimeout(search, PAUSE_MS);
  }

  async function search() {
    const mine = ++newest;
    const answer = await find(input.value);
    if (mine !== newest || document.activeElement !== input) return;
    if (!answer.ok) return tell(answer.error);
    options.show(answer.options ?? []);
    said.textContent = answer.options?.length ? "" : "Nothing found.";
  }

  function tell(text) {
    options.show([]);
    said.textContent = text;
  }

  function blur() {
    clearTimeout(timer);
    newest++;
    options.show([]);
  }

  // Enter in a field would submit the whole form; a search box is no place to do that by accident.
  function keydown(event) {
    if (options.key(event)) return;
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "ArrowDown") typed();
  }

  return { node, read: () => ({ selected_option: chosen }) };
}
