// A modal view: its blocks, what was typed into them, and the errors the bot sends back.

import { drawBlocks } from "./blocks.js";
import { withEmoji } from "./emoji.js";
import { textOf } from "./text.js";

const REQUIRED = "Please complete this field.";

// makeModal binds the dialog. submit(view, values) and close(view) resolve to {ok, error}.
export function makeModal(dialog, { submit, close }) {
  const part = (id) => dialog.querySelector(`#modal-${id}`);
  const kept = new Map(); // view id → state values, so that an update or another person's turn loses nothing
  let view = null;
  let drawn = "";
  let answers = new Map();

  // show makes the dialog agree with the state: open on that view, or closed for null.
  function show(next, surface) {
    if (view) kept.set(view.id, values());
    view = next;
    if (!view) return hide();
    const sign = JSON.stringify([view.id, view.blocks]);
    if (sign !== drawn) draw(surface);
    drawn = sign;
    label();
    if (!dialog.open) dialog.showModal();
  }

  function hide() {
    drawn = "";
    answers = new Map();
    if (dialog.open) dialog.close();
  }

  function draw(surface) {
    answers = new Map();
    const before = kept.get(view.id) ?? {};
    const restored = (block, element) => before[block.block_id]?.[element.action_id];
    const focused = document.activeElement?.dataset.actionId;
    part("blocks").replaceChildren(...drawBlocks(view.blocks, { ...surface, answers, restored }).filter(Boolean));
    if (dialog.open) focus(focused);
  }

  // An update replaces what had the focus: give it to the same control, or to the first.
  function focus(actionId) {
    const controls = [...part("blocks").querySelectorAll("input, select, textarea, button")];
    (controls.find((node) => actionId && node.dataset.actionId === actionId) ?? controls[0])?.focus();
  }

  function label() {
    part("title").textContent = plain(view.title);
    part("close").textContent = plain(view.close) || "Cancel";
    part("submit").textContent = plain(view.submit) || "Submit";
    part("submit").hidden = !view.submit;
    part("submit").setAttribute("aria-busy", String(Boolean(view.busy)));
    tellErrors(view.errors ?? {});
    tell(view.error);
  }

  function tellErrors(errors) {
    for (const field of dialog.querySelectorAll("[data-block-id]")) {
      const line = field.querySelector(":scope > .problem");
      line.textContent = errors[field.dataset.blockId] ?? "";
      line.hidden = line.textContent === "";
    }
  }

  function tell(problem) {
    part("problem").textContent = problem ?? "";
    part("problem").hidden = !problem;
  }

  function values() {
    const state = {};
    for (const [block, { element, read }] of answers) {
      state[block.block_id] = { ...state[block.block_id], [element.action_id]: read() };
    }
    return state;
  }

  async function submitted(event) {
    event.preventDefault();
    if (!view || view.busy) return;
    const empty = [...answers].filter(([block, { read }]) => block.type === "input" && !block.optional && isEmpty(read()));
    tellErrors(Object.fromEntries(empty.map(([block]) => [block.block_id, REQUIRED])));
    if (empty.length > 0) return;
    part("submit").setAttribute("aria-busy", "true");
    const answer = await submit(view, values());
    if (answer.ok) return;
    part("submit").setAttribute("aria-busy", "false");
    tell(answer.error);
  }

  async function closed(event) {
    event.preventDefault();
    const answer = view ? await close(view) : { ok: true };
    if (!answer.ok) tell(answer.error);
  }

  dialog.querySelector("form").addEventListener("submit", submitted);
  dialog.addEventListener("cancel", closed);
  dialog.addEventListener("close", restoreCaret);
  part("close").addEventListener("click", closed);
  return { show, tell };
}

// Chromium gives the focus back to the composer before it is editable again, and leaves its caret behind.
function restoreCaret() {
  const { activeElement } = document;
  if (activeElement instanceof HTMLTextAreaElement) activeElement.setSelectionRange(activeElement.selectionStart, activeElement.selectionEnd);
}

function isEmpty({ value, selected_option, selected_options }) {
  return !value && !selected_option && !selected_options?.length;
}

// A title is a text object in Slack's views; a bare string is taken as well.
function plain(text) {
  return typeof text === "string" ? withEmoji(text) : textOf(text ?? {});
}
