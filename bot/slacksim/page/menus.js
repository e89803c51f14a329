// Block Kit's menus: own options, options of the app, people and conversations; one choice or many
// (docs.slack.dev "Select menu element", "Multi-select menu element").

import { el } from "./dom.js";
import { menu } from "./menu.js";
import { textOf } from "./text.js";

const KIND = /^(multi_)?(static|external|users|conversations|channels)_select$/;
const QUERY_LENGTH = 3; // Slack's default of min_query_length

export function isMenu(type) {
  return KIND.test(type);
}

// drawMenu draws one. It holds whole options or, of people and conversations, their ids.
export function drawMenu(element, { block, surface, start, attributes, changed }) {
  const [, many, source] = KIND.exec(element.type);
  const ids = source !== "static" && source !== "external";
  const field = `selected_${ids ? source.slice(0, -1) : "option"}${many ? "s" : ""}`;
  const own = ids ? surface.names[source]().map(named) : undefined;
  const unpack = (held) => (ids ? (own.find(({ value }) => value === held) ?? named({ id: held, name: held })) : held);
  const pack = (option) => (ids ? option?.value : option) ?? null;

  const read = () => ({ [field]: many ? chosen().map(pack) : pack(chosen()[0]) });
  const { node, chosen } = menu({
    attributes,
    start: [start[field] ?? []].flat().map(unpack).filter((option) => source !== "static" || isOffered(option, element)),
    most: many ? (element.max_selected_items ?? Infinity) : undefined,
    minimum: source === "external" ? (element.min_query_length ?? QUERY_LENGTH) : 0,
    waits: source === "external",
    clearable: block.optional,
    find: source === "external" ? (query) => ask(surface, block, element, query) : (query) => ({ ok: true, groups: groupsOf(own ? { options: own } : element, query) }),
    draw: (option) => drawOption(option, surface),
    changed: (input) => changed(input, read()),
  });
  return { node, read };
}

async function ask(surface, block, element, query) {
  const answer = await surface.suggest(block, element, query);
  return { ...answer, groups: groupsOf(answer, "") };
}

// groupsOf gives the options in their groups, as far as they fit the query.
function groupsOf({ options, option_groups: groups }, query) {
  const wanted = query.toLowerCase();
  const fits = ({ text, description }) => `${text.text} ${description?.text ?? ""}`.toLowerCase().includes(wanted);
  return (groups ?? [{ options }])
    .map((group) => ({ label: group.label?.text, items: (group.options ?? []).filter(fits) }))
    .filter(({ items }) => items.length > 0);
}

function isOffered(option, element) {
  return groupsOf(element, "").some(({ items }) => items.some(({ value }) => value === option.value));
}

function drawOption(option, { names }) {
  return [el("span", {}, textOf(option.text, names)), option.description && el("small", {}, textOf(option.description, names))];
}

function named({ id, name }) {
  return { text: { type: "plain_text", text: name }, value: id };
}
