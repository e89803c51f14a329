// A modal view: its blocks, what was typed into them, and the errors the bot sends back.

import { drawBlocks } from "./blocks.js";
import { el, keyed } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { CONTROLS, firstProblem, problemsOf, tellProblems, valuesOf } from "./fields.js";
import { textOf } from "./text.js";
import { keepInside } from "./trap.js";

// makeModal binds the dialog. submit(view, values) and close(view) resolve to {ok, error}.
export function makeModal(dialog, { submit, close }) {
  const part = (id) => dialog.querySelector(`#modal-${id}`);
  const kept = new Map(); // view id → values, so that another person's turn loses nothing
  const fields = new Map(); // block id → {block, answers}, of what is drawn
  const values = () => valuesOf(fields);
  let view = null;
  let problems = {}; // by block id
  let told = ""; // the bot's errors that are among the problems
  let sending = false;

  // show makes the dialog agree with the state: open on that view, or closed for null.
  function show(next, surface) {
    if (view) kept.set(view.id, values());
    if (view?.id !== next?.id) forget();
    view = next;
    if (!view) return dialog.close();
    draw(surface);
    label();
    if (!dialog.open) dialog.showModal();
    if (!dialog.contains(document.activeElement) || [dialog, part("title")].includes(document.activeElement)) toFirst();
  }

  function forget() {
    part("blocks").replaceChildren();
    fields.clear();
    [problems, told, sending] = [{}, "", false];
  }

  // A block that did not change stays, with all that is typed and open in it; one that did gets back what it held. What
  // it holds in the beginning is no change: Slack keeps what was entered for as long as the block keeps its block_id
  // (docs.slack.dev, "views.update").
  function draw(surface) {
    const restored = (block, element) => kept.get(view.id)?.[block.block_id]?.[element.action_id];
    const gone = new Set(fields.keys()).difference(new Set(view.blocks.map((block) => block.block_id)));
    for (const id of gone) fields.delete(id);
    keyed(part("blocks"), view.blocks.map((block) => ({
      key: block.block_id,
      sign: JSON.stringify(block, (name, value) => (name.startsWith("initial_") ? undefined : value)),
      draw: () => {
        const answers = new Map();
        fields.set(block.block_id, { block, answers });
        return drawBlocks([block], { ...surface, answers, restored })[0] ?? el("div", { hidden: true });
      },
    })));
  }

  // A view without a control, as one that is still loading, leaves the focus at its title until there is one.
  function toFirst() {
    const controls = [...part("blocks").querySelectorAll(CONTROLS)];
    (controls.find((control) => control.autofocus) ?? controls[0] ?? part("title")).focus();
  }

  function label() {
    part("title").textContent = plain(view.title);
    part("close").textContent = plain(view.close) || "Cancel";
    part("submit").textContent = plain(view.submit) || "Submit";
    part("submit").hidden = !view.submit;
    busy(view.busy || sending);
    tell(view.error);
    const errors = JSON.stringify(view.errors);
    if (errors === told || sending) return tellProblems(dialog, problems);
    told = errors;
    blame(view.errors);
  }

  function busy(on) {
    if (on && part("blocks").contains(document.activeElement)) part("submit").focus();
    part("submit").setAttribute("aria-busy", String(on));
    part("blocks").inert = on;
  }

  function blame(found) {
    problems = { ...found };
    tellProblems(dialog, problems);
    firstProblem(dialog)?.focus();
  }

  function tell(problem) {
    part("problem").textContent = problem ?? "";
    part("problem").hidden = !problem;
  }

  async function submitted(event) {
    event.preventDefault();
    if (!view?.submit || view.busy || sending) return;
    blame(problemsOf(fields));
    if (Object.keys(problems).length > 0) return;
    sending = true;
    busy(true);
    const sent = view;
    const answer = await submit(view, values());
    sending = false;
    if (!view || (answer.ok && view === sent)) return; // what comes of it is not read yet
    label();
    if (!answer.ok) tell(answer.error);
  }

  async function closed(event) {
    event.preventDefault();
    const answer = view ? await close(view) : { ok: true };
    if (!answer.ok) tell(answer.error);
  }

  // Whoever mends a field need not look at its error any longer.
  function mended({ target }) {
    delete problems[target.closest("[data-block-id]")?.dataset.blockId];
    tellProblems(dialog, problems);
  }

  dialog.querySelector("form").addEventListener("submit", submitted);
  for (const change of ["input", "change"]) dialog.addEventListener(change, mended);
  dialog.addEventListener("cancel", closed);
  dialog.addEventListener("close", returnFocus);
  dialog.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return; // a list in the form has used it
    if (event.key === "Escape") closed(event);
    if (event.key === "Tab") keepInside(dialog, event);
  });
  part("close").addEventListener("click", closed);
  return { show, tell, values };
}

// The browser gives the focus back to what had it, but for two things: the caret of the composer, and a button that
// was drawn anew meanwhile.
function returnFocus() {
  const { activeElement } = document;
  if (activeElement instanceof HTMLTextAreaElement) activeElement.setSelectionRange(activeElement.selectionStart, activeElement.selectionEnd);
  if (activeElement === document.body) document.getElementById("messages").focus({ preventScroll: true });
}

// A title is a text object in Slack's views; a bare string is taken as well.
function plain(text) {
  return typeof text === "string" ? withEmoji(text) : textOf(text ?? {});
}
