// The switches of the channel in view: what keeps the bot, or everybody, from posting there, and what language it has.

import { el } from "./dom.js";

const SWITCHES = {
  archived: "archived",
  read_only: "read-only",
  restricted: "not everybody may post",
  thread_only: "replies in threads alone",
  ext_shared: "shared with another company",
  pseudo: "in a language that nobody speaks",
};

// makePosting binds the section. turn({channel, name, on}) resolves to {ok, error}. show(channel) draws what the state
// says of the channel in view.
export function makePosting(section, turn) {
  let channel = "";
  const boxes = Object.keys(SWITCHES).map((name) => el("input", { type: "checkbox", name, change: () => turned(name) }));
  const problem = section.querySelector(".problem");
  section.querySelector(".switches").replaceChildren(...boxes.map((box) => el("label", {}, box, ` ${SWITCHES[box.name]}`)));

  async function turned(name) {
    const { error = "" } = await turn({ channel, name, on: boxes.find((box) => box.name === name).checked });
    problem.textContent = error;
    problem.hidden = error === "";
  }

  function show(seen) {
    channel = seen.id;
    section.hidden = seen.kind !== "channel";
    for (const box of boxes) box.checked = Boolean(seen[box.name]);
  }

  return { show };
}

// postingOf are the words for what a channel is, for the badge beside its name.
export function postingOf(channel) {
  return Object.keys(SWITCHES).filter((name) => name !== "ext_shared" && name !== "pseudo" && channel[name]).map((name) => SWITCHES[name]).join(", ");
}
