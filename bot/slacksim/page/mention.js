// Mentions: who is offered after an "@", and what Slack's client sends for one (docs.slack.dev, "Formatting message
// text", "Mentioning users").

// BEGUN is what is being typed of a mention, at the end of a text.
const BEGUN = /(^|[\s(])@([\p{L}\p{N}_.-]*)$/u;

// A name ends with a letter or a digit: what follows it is the sentence's.
const WHOLE = /(^|[\s(])@([\p{L}\p{N}_.-]*[\p{L}\p{N}_])/gu;

// offeredAt lists the people whose name, or a part of whose real name, begins with what is typed before the caret.
export function offeredAt(before, people) {
  const begun = BEGUN.exec(before);
  if (!begun) return [];
  const typed = begun[2].toLowerCase();
  return people.filter(({ name, real_name }) => [name, ...real_name.split(" ")].some((part) => part.toLowerCase().startsWith(typed)));
}

// completed puts a name, and a space, in place of what was begun before the caret. It returns both parts of the text
// around the caret.
export function completed(before, after, name) {
  return [before.replace(BEGUN, (_, edge) => `${edge}@${name} `), after.replace(/^ /, "")];
}

// encoded is a typed text on the wire: &, < and > are escaped, so that a token typed by hand mentions nobody, and each
// mention has the id of its person.
export function encoded(text, people) {
  const ids = new Map(people.map(({ id, name }) => [name.toLowerCase(), id]));
  return escaped(text).replace(WHOLE, (whole, edge, name) => (ids.has(name.toLowerCase()) ? `${edge}<@${ids.get(name.toLowerCase())}>` : whole));
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
