// Block Kit as nodes (docs.slack.dev "Block Kit"). What this page does not draw it says, so that nothing a bot
// sends disappears in silence; an image alone is left out, because the page loads nothing from elsewhere.

import { el } from "./dom.js";
import { drawElement } from "./elements.js";
import { foldable } from "./seemore.js";
import { textOf } from "./text.js";

const BLOCKS = new Map(Object.entries({ header, section, context, divider, actions, input, image }));

// drawBlocks draws the blocks of a message or a modal.
//
// surface is what they stand on: {names, click(block, element, given, node), suggest(block, element, query),
// answers?, restored?}. A form has answers, a Map from action id to {read(), problem()}, and restored(block, element),
// what was there before; a message has neither.
export function drawBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => (BLOCKS.get(block.type) ?? unsupported)(block, surface));
}

function header(block, { names }) {
  return el("h3", {}, textOf(block.text, names));
}

function section(block, surface) {
  const fields = (block.fields ?? []).map((field) => el("div", { class: "mrkdwn" }, textOf(field, surface.names)));
  return el(
    "div",
    { class: "section" },
    el(
      "div",
      { class: "section-body" },
      block.text && foldable(el("div", { class: "mrkdwn" }, textOf(block.text, surface.names)), block.expand),
      fields.length > 0 && el("div", { class: "fields" }, fields),
    ),
    block.accessory && el("div", { class: "accessory" }, drawElement(block.accessory, block, surface)),
  );
}

function context(block, { names }) {
  const texts = (block.elements ?? []).filter((element) => element.type !== "image");
  return el("div", { class: "context" }, texts.map((text) => el("span", { class: "mrkdwn" }, textOf(text, names))));
}

function divider() {
  return el("hr");
}

function image() {
  return null;
}

function actions(block, surface) {
  return el("div", { class: "actions" }, (block.elements ?? []).map((element) => drawElement(element, block, surface)));
}

// A group of boxes has no single control that a <label> could name, so every input is a named group.
function input(block, surface) {
  const id = `input-${block.block_id}`;
  const hint = block.hint && `hint-${block.block_id}`;
  const { names } = surface;
  return el(
    "div",
    { class: "input", role: "group", "aria-labelledby": id, "aria-describedby": hint, "data-block-id": block.block_id },
    el("div", { class: "label", id }, textOf(block.label, names), block.optional && el("small", {}, " (optional)")),
    drawElement(block.element, block, surface),
    block.hint && el("div", { class: "hint", id: hint }, textOf(block.hint, names)),
    el("p", { class: "problem", id: `problem-${block.block_id}`, role: "alert", hidden: true }),
  );
}

function unsupported(block) {
  return el("p", { class: "unsupported" }, `unsupported block: ${block.type}`);
}
