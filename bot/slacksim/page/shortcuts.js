// The app's shortcuts, behind a small button: those for anywhere beside the composer, those for a message at the message
// (docs.slack.dev, "Shortcuts"). The menu is the "menu button" of the W3C's ARIA guide.

import { beneath } from "./beneath.js";
import { el } from "./dom.js";

// shortcutsMenu returns the button with its menu. offered() are the shortcuts, asked for whenever it opens: a page that
// is drawn anew meanwhile leaves an open menu alone. choose(callback_id) runs one.
export function shortcutsMenu({ label, sign, offered, choose }) {
  const list = el("ul", { class: "popup narrow", role: "menu", "aria-label": label, id: `menu-${crypto.randomUUID()}`, hidden: true });
  const button = el("button", { type: "button", "data-more": "", "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": list.id }, sign);
  const node = el("div", { class: "more" }, button, list);
  const place = beneath(list, button);
  const items = () => [...list.querySelectorAll("button")];

  function show(wanted) {
    if (wanted) list.replaceChildren(...offered().map(item));
    place(wanted);
    button.setAttribute("aria-expanded", String(wanted));
  }

  function open(at) {
    show(true);
    items().at(at)?.focus();
  }

  function back() {
    show(false);
    button.focus();
  }

  function item({ name, callback_id, description }) {
    const click = () => {
      back();
      choose(callback_id);
    };
    return el("li", { role: "none" }, el("button", { type: "button", role: "menuitem", tabindex: -1, title: description, "data-shortcut": callback_id, click }, name));
  }

  function walk(step) {
    const all = items();
    const at = all.indexOf(document.activeElement) + step;
    all.at(at % all.length).focus();
  }

  const keys = { Escape: back, ArrowDown: () => walk(1), ArrowUp: () => walk(-1), Home: () => items()[0].focus(), End: () => items().at(-1).focus() };
  const opening = { ArrowDown: () => open(0), ArrowUp: () => open(-1) };
  const pressed = (known) => (event) => {
    if (!known[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    known[event.key]();
  };

  button.addEventListener("click", () => (list.hidden ? open(0) : back()));
  button.addEventListener("keydown", pressed(opening));
  list.addEventListener("keydown", pressed(keys));
  list.addEventListener("mousemove", ({ target }) => target.closest("button")?.focus());
  list.addEventListener("mousedown", (event) => event.preventDefault()); // Safari gives a clicked button no focus, and the menu would close
  node.addEventListener("focusout", ({ relatedTarget }) => node.contains(relatedTarget) || show(false));
  return node;
}
