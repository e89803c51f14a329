// A menu in which one types to find: what it found, that it is searching, that there is nothing, or why it failed.

import { beneath } from "./beneath.js";
import { chips } from "./chips.js";
import { choices } from "./choices.js";
import { el } from "./dom.js";

const PAUSE_MS = 200;

// menu returns {node, chosen()}, the options that are chosen.
//
// find(query) gives {ok, groups, error}, or a promise of it where waits is set; an answer that a newer query has
// overtaken is dropped. minimum is the shortest query. most is how many may be chosen where several can be, and
// undefined otherwise. clearable says that an emptied input means no choice. changed(input) follows a choice.
export function menu({ attributes, start, most, minimum, waits, clearable, find, draw, changed }) {
  const several = most !== undefined;
  const label = attributes["aria-label"];
  let chosen = start;
  let newest = 0;
  let timer;

  const input = el("input", { ...attributes, type: "text", autocomplete: "off", input: () => look(PAUSE_MS), click: clicked, blur, keydown, keypress });
  const list = el("ul", { class: "choices", role: "listbox", id: `options-${crypto.randomUUID()}`, "aria-label": label, "aria-multiselectable": several && "true" });
  const said = el("p", { class: "said", role: "status" });
  const popup = el("div", { class: "popup", hidden: true, mousedown: (event) => event.preventDefault() }, said, list);
  const picked = several && chips(`Chosen: ${label}`, drop);
  const node = el("div", { class: "menu" }, picked?.node, input, popup);
  const open = beneath(popup, input);
  const options = choices({ input, list, draw, choose, isChosen: (option) => chosen.some(same(option)), several });
  settle();

  // What is typed into a menu that was closed takes the place of what it holds.
  function clicked() {
    if (popup.hidden) input.select();
    look(0);
  }

  function query() {
    return !several && input.value === (chosen[0]?.text.text ?? "") ? "" : input.value;
  }

  function look(pause) {
    clearTimeout(timer);
    const mine = ++newest;
    if ([...query()].length < minimum) return show([], `Type ${minimum} or more characters to search.`);
    if (!waits) return search(mine);
    list.ariaBusy = "true";
    tell("Searching…");
    timer = setTimeout(search, pause, mine);
  }

  async function search(mine) {
    const answer = await find(query());
    if (mine !== newest) return;
    if (!answer.ok) show([], answer.error);
    else show(answer.groups, answer.groups.length > 0 ? count() : "Nothing found.");
    said.classList.toggle("problem", !answer.ok);
  }

  function show(groups, text) {
    list.ariaBusy = "false";
    open(groups.length > 0); // first: what is hidden cannot be scrolled to its active row
    options.show(groups);
    tell(text);
  }

  function tell(text) {
    said.classList.remove("problem");
    said.textContent = text;
    said.hidden = text === "";
    open(!list.hidden || text !== "");
  }

  function count() {
    list.classList.toggle("full", several && chosen.length >= most);
    return several && most !== Infinity ? `${chosen.length} of at most ${most} chosen` : "";
  }

  function choose(option) {
    if (!several) chosen = [option];
    else if (chosen.some(same(option))) chosen = chosen.filter((other) => !same(option)(other));
    else if (chosen.length < most) chosen = [...chosen, option];
    else return;
    taken();
    input.select(); // more of the same can be chosen, and typing searches anew
    if (several) tell(count()); // after the chips are drawn: they push the input away from the list
    else close();
  }

  function drop(option) {
    chosen = chosen.filter((other) => other !== option);
    input.focus();
    taken();
  }

  function taken() {
    if (several) picked.show(chosen);
    else settle();
    changed(input);
    input.dispatchEvent(new Event("change", { bubbles: true })); // as any other field, when a person has changed it
  }

  // settle makes the input say what is chosen, whatever was typed.
  function settle() {
    input.value = several ? "" : (chosen[0]?.text.text ?? "");
    if (several) picked.show(chosen);
  }

  function close() {
    clearTimeout(timer);
    newest++;
    show([], "");
  }

  function blur() {
    close();
    if (clearable && input.value === "") chosen = several ? chosen : [];
    settle();
  }

  // Enter in a field would submit the whole form; a search box is no place to do that by accident. A browser under
  // remote control sends the character of a key on its own, even if the key itself was taken.
  function keypress(event) {
    if (event.key === "Enter") event.preventDefault();
  }

  function keydown(event) {
    const isOpen = !popup.hidden;
    if (options.key(event)) return list.hidden && close();
    if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    }
    if (event.key === "ArrowDown" && !isOpen) look(0);
    if (event.key === "Backspace" && several && input.value === "" && chosen.length > 0) drop(chosen.at(-1));
  }

  return { node, chosen: () => chosen };
}

function same(option) {
  return (other) => other.value === option.value;
}
