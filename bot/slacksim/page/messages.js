// A list of messages: of a channel, or of one thread.

import { avatar } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { clockTime, fullTime } from "./dates.js";
import { el, keyed } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { shortcutsMenu } from "./shortcuts.js";

const NEAR_END_PX = 48;

// makeList draws entries into list. A reader at its end stays there, also when the list itself gets smaller; one who
// has scrolled back is not moved, and the button says that something new came. clear() makes ready for another place;
// reveal(key) goes to one entry and marks it for a while.
export function makeList(list, button) {
  const rows = el("div");
  list.append(rows);
  let newest = "";
  let following = true;
  let top = 0;
  const toEnd = () => following && list.scrollTo({ top: list.scrollHeight });

  // Only a way up ends the following: a list that grew between a scroll and its event is not a reader who left.
  function scrolled() {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
    following = atEnd || (following && list.scrollTop >= top);
    top = list.scrollTop;
    if (following) button.hidden = true;
  }

  function show(entries, nothing) {
    const last = entries.at(-1)?.key ?? "nothing";
    keyed(rows, entries.length > 0 ? entries : [nothing]);
    button.hidden = following || (button.hidden && last === newest);
    newest = last;
    toEnd();
  }

  function clear() {
    following = true;
    rows.replaceChildren();
  }

  function reveal(key) {
    const node = [...rows.children].find((one) => one.dataset.key === key);
    if (!node) return;
    following = false;
    node.scrollIntoView({ block: "center" });
    top = list.scrollTop;
    node.focus({ preventScroll: true });
    node.classList.add("found");
    node.addEventListener("animationend", () => node.classList.remove("found"), { once: true });
  }

  list.addEventListener("scroll", scrolled);
  const resized = new ResizeObserver(toEnd);
  resized.observe(list);
  resized.observe(rows);
  button.addEventListener("click", () => {
    following = true;
    toEnd();
  });

  return { show, clear, reveal };
}

// messageEntry is a message for keyed. as is part of the sign: the buttons of a message act as the person who saw them.
// surface draws its blocks; thread is null where no thread can be opened, else {count, open()}.
export function messageEntry(message, { as, surface, thread, shortcuts, run }) {
  return {
    key: message.ts,
    sign: JSON.stringify([as, message]),
    draw: () => drawMessage(message, surface, thread, shortcuts.length > 0 && moreAbout(shortcuts, run)),
    refresh: (node) => thread && tellReplies(node.querySelector(":scope > .thread-open"), thread.count),
  };
}

// noticeEntry is what Slackbot tells one person alone. It has no ts of its own: at is when it was first seen.
export function noticeEntry(notice, at, names) {
  const draw = () =>
    el(
      "article",
      { class: "message", "data-notice": notice.id, tabindex: -1 },
      eye(),
      avatar("slackbot", "S", true),
      head({ author: "Slackbot", bot: true, ts: at }),
      el("div", { class: "body mrkdwn" }, mrkdwn(notice.text, names)),
    );
  return { key: `notice-${notice.id}`, sign: notice.text, draw };
}

// nothingEntry is what an empty list says.
export function nothingEntry(text) {
  return { key: "nothing", sign: text, draw: () => el("p", { class: "nothing" }, text) };
}

// showProblem puts an error at a message wherever it is shown; it goes with the message's next redraw or click.
export function showProblem(ts, text) {
  for (const node of document.querySelectorAll(`[data-ts="${CSS.escape(ts)}"]`)) {
    node.querySelector(":scope > .problem")?.remove();
    if (text) node.append(problem(text));
  }
}

function drawMessage(message, surface, thread, more) {
  const author = (message.bot && message.username) || surface.names.author(message.user) || message.username || message.user;
  return el(
    "article",
    { class: "message", "data-ts": message.ts, "data-ephemeral": message.ephemeral, tabindex: -1 },
    message.ephemeral && eye(),
    avatar(message.user, author, message.bot),
    head({ author, bot: message.bot, ts: message.ts }),
    body(message, surface),
    thread && threadButton(message.ts, thread),
    more,
    message.error && problem(message.error),
  );
}

function moreAbout(shortcuts, run) {
  return shortcutsMenu({ label: "More about this message", sign: "⋯", offered: () => shortcuts, choose: run });
}

function body(message, surface) {
  const edited = message.edited && el("small", { class: "edited" }, "(edited)");
  if (message.blocks?.length) return el("div", { class: "body card" }, drawBlocks(message.blocks, surface), edited);
  return el("div", { class: "body mrkdwn" }, mrkdwn(message.text ?? "", surface.names), edited && " ", edited);
}

function head({ author, bot, ts }) {
  return el(
    "header",
    {},
    el("b", {}, author),
    bot && el("span", { class: "badge" }, "APP"),
    el("time", { title: fullTime(ts) }, clockTime(ts)),
  );
}

function threadButton(ts, { count, open }) {
  const button = el("button", { type: "button", class: "thread-open", "data-thread-open": ts, click: open });
  tellReplies(button, count);
  return button;
}

function tellReplies(button, count) {
  const text = count === 0 ? "Reply in thread" : count === 1 ? "1 reply" : `${count} replies`;
  if (button.textContent === text) return;
  button.textContent = text;
  button.classList.toggle("first", count === 0);
}

function eye() {
  return el("p", { class: "only-you" }, el("span", { "aria-hidden": "true" }, "👁 "), "Only visible to you");
}

function problem(text) {
  return el("p", { class: "problem", role: "alert" }, text);
}
