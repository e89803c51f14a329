// Where a person writes: Enter sends, Shift+Enter is a new line, "/" completes commands, "@" people, Up on an empty
// composer brings back what this person sent last. Each person has a draft of their own in each place.

import { choices } from "./choices.js";
import { el } from "./dom.js";
import { completed, encoded, offeredAt } from "./mention.js";

// makeComposer binds a form. send(key, text) resolves to {ok, error}. people() are those who can be mentioned, each
// {id, name, real_name}. enter(key, commands, placeholder) tells the composer whose draft for which place it holds now; the key's
// first part, up to "/", is the person.
export function makeComposer(form, send, people) {
  const input = form.querySelector("textarea");
  const list = form.querySelector(".choices");
  const hint = form.querySelector(".hint");
  const drafts = new Map();
  const sent = new Map();
  let key = "";
  let commands = [];

  const person = () => key.split("/")[0];
  const menu = choices({ input, list, draw: drawChoice, choose, tab: true });

  function choose({ command, name }) {
    const at = input.selectionEnd;
    write(...(command ? [`${command} `] : completed(input.value.slice(0, at), input.value.slice(at), name)));
  }

  // write leaves the caret between before and after.
  function write(before, after = "") {
    input.value = before + after;
    input.setSelectionRange(before.length, before.length);
    typed();
  }

  function typed() {
    drafts.set(key, input.value);
    const [first, ...rest] = input.value.split(/\s/);
    const fits = rest.length === 0 && first.startsWith("/") ? commands.filter((one) => one.command.startsWith(first)) : [];
    const named = offeredAt(input.value.slice(0, input.selectionEnd), people());
    list.setAttribute("aria-label", fits.length > 0 ? "Slash commands" : "People");
    menu.show([{ items: fits.length > 0 ? fits : named }]);
    if (hint) tellUsage(rest.length ? commands.find((one) => one.command === first) : null);
  }

  function tellUsage(command) {
    hint.hidden = !command?.usage_hint;
    hint.textContent = command ? `${command.command} ${command.usage_hint}` : "";
  }

  function keydown(event) {
    const whole = commands.some((one) => one.command === input.value); // typed to its end: Enter sends it
    if (!(whole && event.key === "Enter") && menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
    if (event.key === "ArrowUp" && input.value === "" && sent.has(person())) {
      event.preventDefault();
      write(sent.get(person()));
      menu.show([]);
    }
  }

  // The composer is free for the next text at once. If the text is refused it comes back, in front of what was typed since.
  async function submit() {
    const [where, text] = [key, input.value];
    if (text.trim() === "") return;
    sent.set(person(), text);
    write("");
    tell("");
    const answer = await send(where, text.startsWith("/") ? text : encoded(text, people()));
    if (answer.ok) return;
    drafts.set(where, [text, drafts.get(where)].filter(Boolean).join("\n"));
    if (where !== key) return;
    input.value = drafts.get(where);
    tell(answer.error);
  }

  function tell(problem) {
    const line = form.querySelector(".problem");
    line.hidden = !problem;
    line.textContent = problem;
  }

  function enter(next, known, placeholder) {
    commands = known;
    input.placeholder = placeholder;
    input.setAttribute("aria-label", placeholder);
    if (next === key) return;
    key = next;
    tell("");
    write(drafts.get(key) ?? "");
    menu.show([]);
  }

  input.addEventListener("input", typed);
  input.addEventListener("keydown", keydown);
  // A browser under remote control sends the character of a key on its own, even if the key itself was taken.
  input.addEventListener("keypress", (event) => event.key === "Enter" && !event.shiftKey && event.preventDefault());
  input.addEventListener("blur", () => menu.show([]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });
  return { enter, tell };
}

function drawChoice({ command, usage_hint, description, name, real_name }) {
  if (!command) return [el("b", {}, `@${name}`), el("small", {}, real_name)];
  return [el("b", {}, command), " ", el("code", {}, usage_hint), el("small", {}, description)];
}
