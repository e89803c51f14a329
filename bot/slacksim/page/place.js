// Where this window is: person, channel and thread, kept in the address after "#". So a reload stays
// where it was, and two windows side by side can be two people.

// readPlace reads "#U…/C…/ts"; every part may be missing.
export function readPlace() {
  const [person = "", channel = "", thread = ""] = location.hash.slice(1).split("/");
  return { person, channel, thread };
}

// goTo changes some parts of the place; the page hears "hashchange". Another channel leaves the thread.
export function goTo(change) {
  location.hash = changed(change);
}

// settleAt does the same without a word: no event, no step in the history.
export function settleAt(change) {
  history.replaceState(null, "", `#${changed(change)}`);
}

// placeOf reads a permalink of a message (docs.slack.dev, chat.getPermalink): its ts without the dot, and the thread for a
// reply.
export function placeOf(address) {
  const link = /^https:\/\/[\w-]+\.slack\.com\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})(?:\?(.*))?$/.exec(address);
  if (!link) return null;
  const [, channel, seconds, micros, query] = link;
  return { channel, ts: `${seconds}.${micros}`, thread: new URLSearchParams(query).get("thread_ts") ?? "" };
}

function changed(change) {
  const place = { ...readPlace(), ...("channel" in change ? { thread: "" } : {}), ...change };
  return [place.person, place.channel, place.thread].join("/");
}
