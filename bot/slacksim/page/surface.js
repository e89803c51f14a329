// What the controls on a message or a modal do. They act as the person for whom they were drawn, also if the
// page meanwhile shows another.

import { ask } from "./confirm.js";
import { act } from "./wire.js";

const BUSY_MS = 3_000;

// makeSurface makes what drawBlocks draws on. verb and where tell the server which control it was: "click" with
// {channel, ts} or "view-click" with {view_id}. failed(text) shows an error near the control, or takes it away for "".
// values(), of a form, is what stands in it by now: the app is told of that with every click.
export function makeSurface({ as, names, verb, where, failed, values }) {
  const body = (block, element) => ({ as, ...where, block_id: block.block_id ?? "", action_id: element.action_id ?? "", values: values?.() });

  async function click(block, element, given, node) {
    if (isBusy(node) && node.tagName === "BUTTON") return; // a field may change again
    if (element.confirm && !(await ask(document.getElementById("confirm"), element.confirm, names))) return;
    failed("");
    setBusy(node);
    const answer = await act(verb, { ...body(block, element), ...given });
    if (answer.ok) return;
    settle(node.parentNode);
    failed(answer.error);
  }

  const suggest = (block, element, value) => act("suggest", { ...body(block, element), value });
  return { names, click, suggest };
}

// settle ends the busy look of every control under root: the workspace has moved on. A
// menu that searches goes on until its own answer is there.
export function settle(root) {
  for (const node of root?.querySelectorAll("[aria-busy=true]:not(.choices)") ?? []) node.removeAttribute("aria-busy");
}

function isBusy(node) {
  return node.getAttribute("aria-busy") === "true";
}

function setBusy(node) {
  node.setAttribute("aria-busy", "true");
  setTimeout(() => node.removeAttribute("aria-busy"), BUSY_MS);
}
