// The interactive elements of Block Kit. A button clicks at once (after its confirm object); the others hold an
// answer in the shape in which Slack keeps it in view.state.values, and outside input blocks each change is a click.

import { el, safeLink } from "./dom.js";
import { searchable } from "./search.js";
import { several } from "./several.js";
import { textOf } from "./text.js";

const ELEMENTS = new Map(Object.entries({
  button,
  plain_text_input: textInput,
  static_select: select,
  external_select: externalSelect,
  multi_external_select: multiExternalSelect,
  multi_static_select: (element, at) => boxes(element, at, "checkbox"),
  checkboxes: (element, at) => boxes(element, at, "checkbox"),
  radio_buttons: (element, at) => boxes(element, at, "radio"),
}));

// drawElement draws one element of a block on its surface (see drawBlocks).
export function drawElement(element, block, surface) {
  const draw = ELEMENTS.get(element?.type);
  if (!draw) return el("span", { class: "unsupported" }, `unsupported element: ${element?.type}`);

  const start = surface.restored?.(block, element) ?? {
    value: element.initial_value,
    selected_option: element.initial_option,
    selected_options: element.initial_options,
  };
  const changed = (node, given) => block.type !== "input" && surface.click(block, element, given, node);
  const { node, read } = draw(element, { block, surface, start, changed });
  if (read) surface.answers?.set(block, { element, read: () => ({ type: element.type, ...read() }) });
  return node;
}

function button(element, { block, surface }) {
  const click = ({ currentTarget }) => {
    if (safeLink(element.url ?? "")) window.open(element.url, "_blank", "noopener");
    surface.click(block, element, { value: element.value ?? "" }, currentTarget);
  };
  const attributes = { type: "button", class: element.style, "data-action-id": element.action_id, "aria-label": element.accessibility_label };
  return { node: el("button", { ...attributes, click }, textOf(element.text, surface.names)) };
}

function textInput(element, { block, surface, start }) {
  const node = el(element.multiline ? "textarea" : "input", {
    ...named(element, block, surface),
    type: element.multiline ? null : "text",
    rows: element.multiline ? 4 : null,
    minlength: element.min_length,
    maxlength: element.max_length,
    autofocus: element.focus_on_load,
    autocomplete: "off",
  });
  node.value = start.value ?? "";
  return { node, read: () => ({ value: node.value || null }) };
}

function select(element, { block, surface, start, changed }) {
  const options = optionsOf(element);
  const rows = options.map((option, i) => el("option", { value: i }, textOf(option.text, surface.names)));
  const prompt = el("option", { value: "" }, element.placeholder ? textOf(element.placeholder, surface.names) : "Choose");
  const chosen = options.findIndex((option) => option.value === start.selected_option?.value);

  const read = () => ({ selected_option: options[node.value] ?? null });
  const node = el("select", { ...named(element, block, surface), change: () => changed(node, read()) }, prompt, rows);
  node.value = chosen < 0 ? "" : chosen;
  return { node, read };
}

function boxes(element, { block, surface, start, changed }, type) {
  const { action_id } = element;
  const options = optionsOf(element);
  const before = new Set([start.selected_option, ...(start.selected_options ?? [])].map((option) => option?.value));
  const inputs = options.map((option) => el("input", { type, name: `${block.block_id}/${action_id}`, checked: before.has(option.value) }));
  const rows = options.map((option, i) => el("label", {}, inputs[i], el("span", {}, textOf(option.text, surface.names), note(option, surface))));

  const read = () => {
    const chosen = options.filter((_, i) => inputs[i].checked);
    return type === "radio" ? { selected_option: chosen[0] ?? null } : { selected_options: chosen };
  };
  const node = el("div", { class: "boxes", "data-action-id": action_id, change: () => changed(node, read()) }, rows);
  return { node, read };
}

function optionsOf(element) {
  return element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
}

function note(option, { names }) {
  return option.description && el("small", {}, textOf(option.description, names));
}

function externalSelect(element, on) {
  return searchable({ ...searching(element, on), start: on.start.selected_option ?? null });
}

function multiExternalSelect(element, on) {
  return several({ ...searching(element, on), start: on.start.selected_options ?? [], most: element.max_selected_items ?? Infinity });
}

function searching(element, { block, surface, changed }) {
  return {
    attributes: named(element, block, surface),
    minimum: element.min_query_length ?? 3, // Slack's default, docs.slack.dev "External data source select menu"
    find: (query) => surface.suggest(block, element, query),
    draw: (option) => [textOf(option.text, surface.names), note(option, surface)],
    changed,
  };
}

function named(element, block, { names }) {
  return {
    "data-action-id": element.action_id,
    "aria-label": String((block.label ?? element.placeholder)?.text ?? element.action_id),
    placeholder: element.placeholder && textOf(element.placeholder, names),
  };
}
