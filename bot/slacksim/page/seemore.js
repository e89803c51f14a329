// A section's text is folded after some lines, with "See more" below it, unless the section has expand: true.

import { el } from "./dom.js";

// foldable returns the nodes of a section's text. Whether there is more to see is known once the text stands on the page.
export function foldable(text, expand) {
  if (expand) return text;
  const more = el("button", { type: "button", class: "see-more", hidden: true, click: unfold }, "See more");
  const sized = new ResizeObserver(() => (more.hidden = text.scrollHeight <= text.clientHeight + 1));
  text.classList.add("folded");
  sized.observe(text);

  function unfold() {
    sized.disconnect();
    text.classList.remove("folded");
    more.remove();
  }

  return [text, more];
}
