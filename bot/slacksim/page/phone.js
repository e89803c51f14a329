// The locked phone of the person one is: what rang it, as a push shows it, the newest first. A push shows the text of a
// message with its emoji, and no mark drawn (doc.go says what of this is believed).

import { drawDate } from "./dates.js";
import { el, keyed } from "./dom.js";
import { withEmoji } from "./emoji.js";

// makePhone binds the section. open(push) goes to the message of one. show(me, name, pushes, now) draws whose it is.
export function makePhone(section, open) {
  const title = section.querySelector("h2");
  const list = section.querySelector("ul");

  function show(me, name, pushes, now) {
    title.textContent = `${name}’s phone`;
    section.querySelector(".nothing").hidden = pushes.length > 0;
    keyed(list, pushes.map((push) => ({
      key: `${push.channel}/${push.ts}`,
      sign: me,
      draw: () => el("li", {}, drawPush(push, now, () => open(push))),
    })));
  }

  return { show };
}

function drawPush({ from, where, at, text }, now, click) {
  return el(
    "button",
    { type: "button", click },
    el("span", { class: "of" }, el("b", {}, from), where && ` ${where}`, el("small", {}, drawDate(`${at}^{ago}`, "", now))),
    el("span", { class: "text" }, withEmoji(text)),
  );
}
