// Checkboxes and radio buttons.

import { el } from "./dom.js";
import { textOf } from "./text.js";

// drawBoxes draws a group of either.
export function drawBoxes(element, { block, surface, start, changed }) {
  const radio = element.type === "radio_buttons";
  const before = new Set([start.selected_option, ...(start.selected_options ?? [])].map((option) => option?.value));
  const name = `${block.block_id}/${element.action_id}`;
  const options = element.options ?? [];
  const inputs = options.map(({ value }) => el("input", { type: radio ? "radio" : "checkbox", name, checked: before.has(value) }));
  const rows = options.map((option, i) => el("label", {}, inputs[i], words(option, surface)));

  const read = () => {
    const chosen = options.filter((_, i) => inputs[i].checked);
    return radio ? { selected_option: chosen[0] ?? null } : { selected_options: chosen };
  };
  const node = el("div", { class: "boxes", "data-action-id": element.action_id, change: () => changed(node, read()) }, rows);
  return { node, read };
}

function words({ text, description }, { names }) {
  return el("span", {}, textOf(text, names), description && el("small", {}, textOf(description, names)));
}
