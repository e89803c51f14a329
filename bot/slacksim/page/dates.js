// Slack's date tokens, "<!date^unix^{date_short} at {time}|fallback>", drawn for the reader's own zone and language
// (docs.slack.dev "Formatting message text", "Date formatting"). English ordinals ("18th") are left to the browser.

import { el, safeLink } from "./dom.js";

const DAY_SECONDS = 86_400;
const LAST_SECOND = 8.64e12; // beyond it a JavaScript date is invalid

const DATES = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
};
const TIMES = {
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

// drawDate draws what stands between "<!date^" and ">". now is in seconds.
export function drawDate(inside, fallback, now) {
  const [unix, pattern = "", link = ""] = inside.split("^");
  const text = formatDate(pattern, Number(unix), now);
  if (!text) return fallback;
  const time = el("time", { title: fullTime(unix), "data-unix": unix, "data-pattern": pattern }, text);
  return safeLink(link) ? el("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, time) : time;
}

// refreshDates draws the tokens under root again: "3 minutes ago" and "today" grow old by themselves.
export function refreshDates(root, now) {
  for (const time of root.querySelectorAll("time[data-pattern]")) {
    const text = formatDate(time.dataset.pattern, Number(time.dataset.unix), now);
    if (text !== time.textContent) time.textContent = text;
  }
}

// formatDate fills a pattern; "" if it has an unknown token or the moment cannot be shown, and the fallback stands.
export function formatDate(pattern, unix, now) {
  if (!pattern || !(Math.abs(unix) < LAST_SECOND)) return "";
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (token, name) => formatToken(name, unix, now) ?? (known = false));
  return known ? text : "";
}

function formatToken(name, unix, now) {
  const date = new Date(unix * 1000);
  if (name === "ago") return ago(unix - now);
  if (name === "date_num") return [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join("-");
  if (Object.hasOwn(TIMES, name)) return date.toLocaleTimeString(undefined, TIMES[name]);

  const plain = name.replace(/_pretty$/, "");
  if (!Object.hasOwn(DATES, plain)) return undefined;
  const days = daysBetween(new Date(now * 1000), date);
  if (plain !== name && Math.abs(days) <= 1) return relative.format(days, "day");
  return date.toLocaleDateString(undefined, DATES[plain]);
}

function ago(seconds) {
  const [unit, size] = [["day", DAY_SECONDS], ["hour", 3600], ["minute", 60]].find(([, s]) => Math.abs(seconds) >= s) ?? ["second", 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

// daysBetween counts calendar days, not 24-hour spans; rounding swallows the hour of a clock change.
function daysBetween(from, to) {
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(to) - midnight(from)) / (DAY_SECONDS * 1000));
}

function pad(number) {
  return String(number).padStart(2, "0");
}

// clockTime and fullTime draw the moment of a message; its ts is "seconds.microseconds".
export function clockTime(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString(undefined, TIMES.time);
}

export function fullTime(ts) {
  return new Date(Number(ts) * 1000).toLocaleString(undefined, { dateStyle: "full", timeStyle: "medium" });
}
