// The left side: who is there, which of them you are, and where you can talk.

import { avatar } from "./avatar.js";
import { el, keyed } from "./dom.js";

// showPeople draws the switch between people. Alt+1 is the first.
export function showPeople(list, people, me, choose) {
  keyed(list, people.map((person, i) => ({
    key: person.id,
    sign: JSON.stringify([person, person.id === me]),
    draw: () => el("li", {}, personButton(person, i + 1, person.id === me, choose)),
  })));
}

function personButton(person, number, current, choose) {
  const name = person.real_name || person.name;
  const badge = person.kind !== "member" && el("span", { class: "badge" }, person.kind);
  const home = person.home && el("span", { class: "badge" }, `from ${person.home}`);
  return el(
    "button",
    {
      type: "button",
      "data-person": person.id,
      "aria-pressed": String(current),
      "aria-keyshortcuts": `Alt+${number}`,
      click: () => choose(person.id),
    },
    avatar(person.id, name),
    el("span", { class: "who" }, el("b", {}, name), el("small", {}, person.title, badge, home)),
    el("kbd", { "aria-hidden": "true" }, number),
  );
}

// showChannels draws the channels of this person; unread is a set of ids.
export function showChannels(list, channels, current, { unread, choose }) {
  keyed(list, channels.map((channel) => ({
    key: channel.id,
    sign: JSON.stringify([channel, channel.id === current, unread.has(channel.id)]),
    draw: () => el("li", {}, channelButton(channel, current, unread.has(channel.id), choose)),
  })));
}

function channelButton(channel, current, unread, choose) {
  const attributes = {
    type: "button",
    class: unread ? "unread" : null,
    "data-channel": channel.id,
    "aria-current": channel.id === current ? "page" : null,
    click: () => choose(channel.id),
  };
  return el(
    "button",
    attributes,
    channelName(channel),
    channel.ext_shared && el("span", { class: "badge" }, "shared"),
    unread && el("span", { class: "dot", role: "img", "aria-label": "unread" }),
  );
}

// channelName is "#name", or the name alone for a talk with one person or bot.
export function channelName(channel) {
  return channel.kind === "im" ? channel.name : `#${channel.name}`;
}
