// The Home tab of the app: the view that it published for this person last (docs.slack.dev, "App Home").

import { drawBlocks } from "./blocks.js";
import { el, keyed } from "./dom.js";

// HOME stands in the address in place of a thread.
export const HOME = "home";

// makeHome binds the tabs and the pane. open() tells the workspace that the tab was opened; go(tab) follows a tab.
export function makeHome(tabs, pane, { open, go }) {
  const blocks = pane.querySelector("#home-blocks");
  const problem = pane.querySelector("#home-problem");
  let opened = ""; // whose tab is open

  for (const tab of tabs.querySelectorAll("button")) tab.addEventListener("click", () => go(tab.dataset.tab));

  function tell(text) {
    problem.hidden = !text;
    problem.textContent = text;
  }

  // show draws the tab of a person where it is chosen; unread says that a message of the app waits beside it. surface
  // draws its blocks.
  function show(me, view, { here, chosen, unread, surface }) {
    tabs.hidden = !here;
    pane.hidden = !chosen;
    for (const tab of tabs.querySelectorAll("button")) tab.setAttribute("aria-pressed", String((tab.dataset.tab === HOME) === chosen));
    tabs.querySelector(".dot").hidden = !(chosen && unread);
    if (!chosen) return (opened = "");
    if (opened !== me) {
      opened = me;
      open();
    }
    tell(view?.error);
    const all = view?.blocks ?? [{ block_id: "nothing", type: "context", elements: [{ type: "plain_text", text: "Nothing here yet." }] }];
    keyed(blocks, all.map((block, i) => ({
      key: block.block_id || String(i),
      sign: JSON.stringify([me, block]),
      draw: () => drawBlocks([block], surface)[0] ?? el("div", { hidden: true }),
    })));
  }

  return { show, tell };
}
