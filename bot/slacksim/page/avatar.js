// A small square with initials stands for a person or a bot.

import { el } from "./dom.js";

const TINTS = 6;

// avatar takes its tint from the id alone, so that one person looks the same everywhere.
export function avatar(id, name, bot) {
  const initials = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("");
  const tint = [...(id ?? "")].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % TINTS;
  return el("span", { class: `avatar tint-${tint}${bot ? " bot" : ""}`, "aria-hidden": "true" }, initials.toUpperCase());
}
