// What is typed: text, addresses, numbers (docs.slack.dev "Plain-text input" and its kin).

import { el } from "./dom.js";

const PAUSE_MS = 300;
const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "number" };

// drawText draws an input with its counter. problem says why its text cannot be sent; "" if it can.
export function drawText(element, { start, attributes, changed }) {
  const { multiline, max_length: most } = element;
  const events = { input: typed, keydown };
  const node = multiline
    ? el("textarea", { ...attributes, ...events, rows: 4 })
    : el("input", { ...attributes, ...events, type: TYPES[element.type] ?? "text", step: element.is_decimal_allowed ? "any" : null, min: element.min_value, max: element.max_value });
  const counter = most && el("small", { class: "counter" });
  const on = new Set(element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]); // Slack's default
  let timer;

  const read = () => ({ value: node.value || null });
  const length = () => [...node.value].length;

  function typed() {
    count();
    clearTimeout(timer);
    if (on.has("on_character_entered")) timer = setTimeout(() => changed(node, read()), PAUSE_MS);
  }

  function count() {
    if (!counter) return;
    counter.textContent = `${length()} / ${most}`;
    counter.classList.toggle("over", length() > most);
  }

  // Enter of a field that dispatches its action goes to the app and does not submit the form.
  function keydown(event) {
    if (event.key !== "Enter" || multiline || event.isComposing || !on.has("on_enter_pressed")) return;
    if (changed(node, read())) event.preventDefault();
  }

  function problem() {
    if (node.validity.badInput) return "Please enter a number.";
    if (node.value === "") return "";
    if (length() < (element.min_length ?? 0)) return `Please enter ${element.min_length} characters or more.`;
    if (length() > (most ?? Infinity)) return `Please enter ${most} characters or fewer.`;
    return node.validationMessage;
  }

  node.value = start.value ?? "";
  count();
  return { node: counter ? el("div", { class: "counted" }, node, counter) : node, read, problem };
}
