// Slack's mrkdwn as nodes (docs.slack.dev "Formatting message text"). The order is Slack's: what stands between < and > is
// taken out first, then ``` blocks, then quoted lines, then the marks inside a line; &amp; &lt; &gt; become characters last.
// So "&lt;!channel&gt;" is text, while "<!channel>" calls everyone and is drawn loud, even inside code.

import { drawDate } from "./dates.js";
import { el, safeLink } from "./dom.js";
import { withEmoji } from "./emoji.js";

// A control sequence travels through the other steps as OPEN + its number + CLOSE.
const OPEN = "\uE000";
const CLOSE = "\uE001";
const MARKED = /\uE000(\d+)\uE001/;

// A mark counts only at the edge of a word (snake_case_name has no italics) and never inside `code`.
const SPANS = [
  "`(?<code>[^`\\n]+)`",
  "(?<![\\p{L}\\p{N}])(?<mark>[*_~])(?=\\S)(?<inner>(?:`[^`\\n]+`|[^`\\n])+?)(?<=\\S)\\k<mark>(?![\\p{L}\\p{N}])",
  ":[a-z0-9_+-]+:",
];
const ADDRESS = "(?<url>https?://[^\\s\\uE000|]*[^\\s\\uE000|.,;:!?)\\]}'\"*_~`])";
const VERBATIM = new RegExp(SPANS.join("|"), "gu");
const LINKING = new RegExp([ADDRESS, ...SPANS].join("|"), "gu");
const MARKS = { "*": "strong", _: "em", "~": "s" };

// mrkdwn returns the nodes of a text. names has person(id) and channel(id), each a name or undefined, and now() in seconds.
// An address becomes a link by itself unless the text is verbatim.
export function mrkdwn(text, names, verbatim) {
  const spans = verbatim ? VERBATIM : LINKING;
  const controls = [];
  const marked = text
    .replace(/[\uE000\uE001]/g, "\uFFFD")
    .replace(/<([^<>\n]+)>/g, (_, inside) => OPEN + (controls.push(inside) - 1) + CLOSE);
  const fill = (part) => leaf(part, controls, names);
  return marked.split(/```\n?([\s\S]+?)```/).map((part, i) => (i % 2 ? el("pre", {}, fill(part)) : quotes(part, fill, spans)));
}

// unescape undoes exactly what Slack's senders escape; any other entity is text.
export function unescape(text) {
  const characters = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
  return text.replace(/&(amp|lt|gt);/g, (entity) => characters[entity]);
}

function quotes(text, fill, spans) {
  return text.split(/((?:^(?:>|&gt;).*\n?)+)/m).map((part, i) => {
    if (i % 2 === 0) return inline(part, fill, spans);
    return el("blockquote", {}, inline(part.replace(/^(?:>|&gt;) ?/gm, ""), fill, spans));
  });
}

function inline(text, fill, spans) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(spans)) {
    nodes.push(fill(text.slice(end, match.index)), span(match, fill, spans));
    end = match.index + match[0].length;
  }
  return [...nodes, fill(text.slice(end))];
}

function span({ 0: whole, groups }, fill, spans) {
  if (groups.code) return el("code", {}, fill(groups.code));
  if (groups.mark) return el(MARKS[groups.mark], {}, inline(groups.inner, fill, spans));
  if (groups.url) return anchor(groups.url);
  return withEmoji(whole);
}

function leaf(text, controls, names) {
  return text.split(MARKED).map((part, i) => (i % 2 ? control(controls[part], names) : unescape(part)));
}

function control(inside, names) {
  const [what, label] = cut(inside, "|");
  const kind = what[0];
  const id = what.slice(1);
  if (kind === "@") return mention(`@${names.person(id) ?? label ?? id}`);
  if (kind === "#") return mention(`#${names.channel(id) ?? label ?? id}`);
  if (kind === "!") return special(id, label, names) ?? `<${unescape(inside)}>`;
  return safeLink(what) ? anchor(what, label) : `<${unescape(inside)}>`;
}

function special(what, label, names) {
  if (["channel", "here", "everyone"].includes(what)) return el("mark", { class: "loud" }, `@${what}`);
  const [name, rest] = cut(what, "^");
  if (name === "subteam") return mention(`@${names.group(rest) ?? label?.replace(/^@/, "") ?? rest}`);
  if (name === "date") return drawDate(rest ?? "", unescape(label ?? ""), names.now());
  return label && unescape(label);
}

function mention(text) {
  return el("span", { class: "mention" }, unescape(text));
}

function anchor(address, label) {
  const href = unescape(address);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, withEmoji(unescape(label || address)));
}

function cut(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
