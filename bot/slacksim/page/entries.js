// Which messages stand in a channel and in a thread, in the order of their time.

import { messageEntry, noticeEntry, showProblem } from "./messages.js";
import { goTo } from "./place.js";
import { makeSurface } from "./surface.js";
import { act } from "./wire.js";

// channelEntries lists a channel without the replies in its threads, with the notices of this person.
export function channelEntries(page, channel) {
  const here = page.state.messages.filter((message) => message.channel === channel.id);
  const messages = here.filter(startsHere).map((message) => {
    const count = here.filter((reply) => reply.thread_ts === message.ts && !startsHere(reply)).length;
    return entry(page, message, message.ephemeral ? null : { count, open: () => goTo({ thread: message.ts }) });
  });
  const notices = page.state.notices.filter((notice) => notice.channel === channel.id);
  return [...messages, ...notices.map((notice) => noticed(page, notice))].sort((a, b) => a.at - b.at);
}

// threadEntries lists one thread: its first message and the replies.
export function threadEntries(page, channel, thread) {
  const inThread = (message) => message.channel === channel.id && (message.ts === thread || message.thread_ts === thread);
  return page.state.messages.filter(inThread).map((message) => entry(page, message, null));
}

function startsHere(message) {
  return !message.thread_ts || message.thread_ts === message.ts;
}

function entry(page, message, thread) {
  const as = page.state.me;
  const surface = makeSurface({
    as,
    names: page.names,
    verb: "click",
    where: { channel: message.channel, ts: message.ts },
    failed: (text) => showProblem(message.ts, text),
  });
  const shortcuts = message.ephemeral ? [] : page.state.shortcuts.filter(({ type }) => type === "message");
  const run = async (name) => {
    const { error = "" } = await act("shortcut", { as, channel: message.channel, ts: message.ts, name });
    showProblem(message.ts, error);
  };
  return { at: Number(message.ts), ...messageEntry(message, { as, surface, thread, shortcuts, run }) };
}

// A notice carries no time; the moment it was first seen keeps its place among the messages.
function noticed(page, notice) {
  if (!page.noticed.has(notice.id)) page.noticed.set(notice.id, page.state.now);
  const at = page.noticed.get(notice.id);
  return { at, ...noticeEntry(notice, at, page.names) };
}
