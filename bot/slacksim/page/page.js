// A Slack workspace for people. The page holds no truth of its own: it reads the state of one person, draws it,
// and reads it again after every change. What it keeps is what Slack's client keeps: drafts, and what was read.

import { makeComposer } from "./composer.js";
import { refreshDates } from "./dates.js";
import { makeDrawer, showBeside } from "./drawers.js";
import { channelEntries, threadEntries } from "./entries.js";
import { makeFaults } from "./faults.js";
import { makeGrid } from "./grid.js";
import { makeList, nothingEntry } from "./messages.js";
import { makeModal } from "./modal.js";
import { HOME, makeHome } from "./home.js";
import { goTo, placeOf, readPlace, settleAt } from "./place.js";
import { makePhone } from "./phone.js";
import { makePosting, postingOf } from "./posting.js";
import { shortcutsMenu } from "./shortcuts.js";
import { channelName, showChannels, showPeople } from "./sides.js";
import { makeSurface, settle } from "./surface.js";
import { act, follow, readState } from "./wire.js";

const RETRY_MS = 2_000;
const REFRESH_DATES_MS = 10_000;
const byId = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.state = null;
    this.lead = 0; // seconds by which the workspace's clock is ahead of this machine's
    this.reading = this.stale = false;
    this.arriving = true; // somebody sits down: the composer is to have the focus
    this.read = new Map(); // person/channel → ts of the newest message seen
    this.noticed = new Map(); // notice id → ts at which it was first seen
    this.messages = this.pane("channel-pane");
    this.thread = this.pane("thread-pane");
    this.modal = makeModal(byId("modal"), {
      submit: (view, values) => act("submit", { as: this.state.me, view_id: view.id, values }),
      close: (view) => act("close", { as: this.state.me, view_id: view.id }),
    });
    this.faults = makeFaults(byId("faults"), { fail: (fault) => act("fault", fault), clear: () => act("clear-faults", {}) });
    this.home = makeHome(byId("tabs"), byId("home"), {
      open: () => act("home", { as: this.state.me }),
      go: (tab) => goTo({ thread: tab === HOME ? HOME : "" }),
    });
    byId("shortcuts").append(shortcutsMenu({ label: "Shortcuts", sign: "+", offered: () => this.anywhere(), choose: (name) => this.run(name) }));
    this.grid = makeGrid(byId("grid"), (on) => act("grid", { on }));
    this.phone = makePhone(byId("phone"), ({ channel, thread_ts }) => goTo({ channel, thread: thread_ts ?? "" }));
    this.posting = makePosting(byId("posting"), (change) => act("channel", change));
    this.sides = makeDrawer(byId("show-sides"), byId("sides"), matchMedia("(max-width: 700px)"));
    makeDrawer(byId("show-beside"), byId("beside-pane"), matchMedia("(max-width: 1000px)"));
    this.names = {
      person: (id) => this.state.all_people[id],
      author: (id) => this.state.people.find((person) => person.id === id)?.real_name || this.state.all_people[id],
      group: (id) => this.state.all_groups[id],
      channel: (id) => this.state.channels.find((channel) => channel.id === id)?.name,
      users: () => this.state.people.map(({ id, name, real_name }) => ({ id, name: real_name || name })),
      channels: () => this.state.channels.filter(({ kind }) => kind === "channel").map(named),
      conversations: () => this.state.channels.map(named),
      now: () => this.now(),
    };
  }

  pane(id) {
    const list = makeList(document.querySelector(`#${id} .list`), document.querySelector(`#${id} .to-newest`));
    return { list, composer: makeComposer(document.querySelector(`#${id} form`), say, () => this.mentionable()), key: "" };
  }

  // mentionable are the people and the app, by the names that a mention has.
  mentionable() {
    if (!this.state) return [];
    const { people, app } = this.state;
    const shown = people.filter(({ kind }) => kind !== "external").map(({ id, name, real_name }) => ({ id, name, real_name }));
    return [...shown, { id: app.user_id, name: app.name.toLowerCase(), real_name: `${app.name}, the app` }];
  }

  start() {
    addEventListener("hashchange", () => this.moved());
    addEventListener("keydown", (event) => this.shortcut(event));
    addEventListener("keydown", (event) => this.escape(event));
    passOnKeys(byId("beside"));
    byId("close-thread").addEventListener("click", () => this.closeThread());
    document.querySelector("main").addEventListener("click", (event) => this.followed(event));
    setInterval(() => this.state && refreshDates(document, this.now()), REFRESH_DATES_MS);
    this.begin();
  }

  // begin drops what Slack's client forgets when it is loaded anew, the messages to one person alone, and then follows.
  async begin() {
    await act("reload", { as: readPlace().person });
    follow(() => this.refresh(), () => this.lost());
  }

  now() {
    return Date.now() / 1000 + this.lead;
  }

  // refresh reads the state, and once more if something changed meanwhile.
  async refresh() {
    this.stale = true;
    if (this.reading) return;
    this.reading = true;
    try {
      while (this.stale) await this.readOnce();
    } catch (error) {
      console.error(error);
      this.lost();
      setTimeout(() => this.refresh(), RETRY_MS);
    } finally {
      this.reading = false;
    }
  }

  async readOnce() {
    this.stale = false;
    const { person } = readPlace();
    const state = await readState(person);
    await released();
    if (person !== readPlace().person) return (this.stale = true);
    if (!state && person === "") throw new Error("a workspace without people");
    if (!state) return goTo({ person: "" }); // the address names someone who is not here
    if (person === "") settleAt({ person: state.me });
    this.state = state;
    this.lead = state.now - Date.now() / 1000;
    settle(document);
    this.draw();
  }

  // moved follows the address. Another person's state has to be read first; until then nothing of the
  // old one can be clicked, and what is typed is already the new one's.
  moved() {
    if (!this.state) return;
    const { person, channel } = readPlace();
    this.sides.close();
    if (person === this.state.me) return this.draw();
    byId("confirm").close();
    this.modal.show(null);
    this.drawPeople(person);
    byId("messages").inert = byId("thread-pane").hidden = true;
    this.sitDown();
    this.messages.composer.enter(placeKey(person, channel || this.channel().id), [], "Message");
    this.refresh();
  }

  shortcut(event) {
    const number = event.altKey && !event.ctrlKey && !event.metaKey && /^Digit([1-9])$/.exec(event.code)?.[1];
    const person = number && this.state?.people[number - 1];
    if (!person) return;
    event.preventDefault();
    this.arriving = person.id !== this.state.me;
    goTo({ person: person.id, thread: "" });
  }

  // Escape closes the thread where nothing is open above it.
  escape({ key, defaultPrevented }) {
    if (key !== "Escape" || defaultPrevented || document.querySelector("dialog[open]") || byId("thread-pane").hidden) return;
    this.closeThread();
  }

  // closeThread gives the focus back to where the thread was opened.
  closeThread() {
    const opener = document.querySelector(`#messages [data-thread-open="${CSS.escape(readPlace().thread)}"]`);
    (opener ?? byId("messages")).focus({ preventScroll: true });
    goTo({ thread: "" });
  }

  sitDown() {
    if (this.arriving) byId("composer").focus({ preventScroll: true });
  }

  // followed stays on the page where a permalink leads to a message of this workspace.
  followed(event) {
    const place = placeOf(event.target.closest("a")?.href);
    if (!place || !this.state.channels.some(({ id }) => id === place.channel)) return;
    event.preventDefault();
    const { channel, ts, thread } = place;
    goTo({ channel, thread });
    this.draw();
    (thread ? this.thread : this.messages).list.reveal(ts);
  }

  lost() {
    strip("Lost contact with the workspace. Trying again …");
  }

  channel() {
    const { channels } = this.state;
    return channels.find(({ id }) => id === readPlace().channel) ?? channels[0] ?? { id: "", name: "", kind: "channel" };
  }

  draw() {
    const { state } = this;
    const channel = this.channel();
    strip([state.app.connected ? "" : "The bot is not connected.", state.app.says ?? ""].filter(Boolean).join(" "));
    byId("team").textContent = state.team.name;
    byId("channel").textContent = channelName(channel);
    byId("ext-shared").hidden = !channel.ext_shared;
    byId("kept").textContent = postingOf(channel);
    byId("kept").hidden = postingOf(channel) === "";
    byId("messages").inert = false;
    document.title = `${channelName(channel)} · ${state.team.name}`;
    this.drawPeople(state.me);
    this.drawMessages(channel);
    this.drawThread(channel);
    this.drawHome(channel);
    this.drawChannels(channel);
    this.sitDown();
    this.arriving = false;
    this.modal.show(state.modal, this.modalSurface());
    this.faults.show(state);
    this.grid.show(state);
    this.posting.show(channel);
    showBeside(state.beside, byId("show-beside"), byId("beside-pane"));
  }

  drawPeople(me) {
    showPeople(byId("people"), this.state.people, me, (person) => goTo({ person, thread: "" }));
    const person = this.state.people.find(({ id }) => id === me);
    byId("me").textContent = person?.real_name || person?.name || "";
    if (me === this.state.me) this.phone.show(me, byId("me").textContent, this.state.pushes, this.now());
  }

  drawMessages(channel) {
    const key = placeKey(this.state.me, channel.id);
    if (!this.atHome(channel)) this.read.set(key, this.newest(channel.id));
    this.fill(this.messages, key, channelEntries(this, channel), `Nothing here yet. Type / to see what ${this.state.app.name} can do.`);
    this.messages.composer.enter(key, this.state.commands, `Type / or write to ${channelName(channel)}`);
  }

  drawThread(channel) {
    const thread = readPlace().thread === HOME ? "" : readPlace().thread;
    byId("thread-pane").hidden = !thread;
    if (!thread) return (this.thread.key = "");
    const key = placeKey(this.state.me, channel.id, thread);
    if (this.thread.key !== key && !this.arriving) byId("thread-composer").focus({ preventScroll: true });
    this.fill(this.thread, key, threadEntries(this, channel, thread), "This thread is gone.");
    this.thread.composer.enter(key, [], "Reply in thread");
  }

  // The Home tab stands in place of the talk with the app.
  drawHome(channel) {
    const [chosen, unread] = [this.atHome(channel), this.isUnread(channel)];
    byId("talk").hidden = chosen;
    const { me, home } = this.state;
    const surface = makeSurface({ as: me, names: this.names, verb: "view-click", where: { view_id: home?.id }, failed: (text) => this.home.tell(text) });
    this.home.show(me, home, { here: channel.home, chosen, unread, surface });
    byId("shortcuts").hidden = this.anywhere().length === 0;
  }

  // anywhere are the shortcuts that belong to no message.
  anywhere() {
    return this.state.shortcuts.filter(({ type }) => type === "global");
  }

  // What became of a shortcut is said where it was run.
  async run(name) {
    const { error = "" } = await act("shortcut", { as: this.state.me, name });
    this.messages.composer.tell(error);
  }

  fill(pane, key, entries, nothing) {
    if (pane.key !== key) pane.list.clear();
    pane.key = key;
    pane.list.show(entries, nothingEntry(nothing));
  }

  atHome(channel) {
    return channel.home && readPlace().thread === HOME;
  }

  isUnread({ id }) {
    return this.newest(id) > (this.read.get(placeKey(this.state.me, id)) ?? 0);
  }

  drawChannels(channel) {
    const unread = new Set(this.state.channels.filter((one) => this.isUnread(one)).map(({ id }) => id));
    showChannels(byId("channels"), this.state.channels, channel.id, { unread, choose: (id) => goTo({ channel: id }) });
  }

  newest(channel) {
    return Math.max(0, ...this.state.messages.filter((one) => one.channel === channel).map((one) => Number(one.ts)));
  }

  modalSurface() {
    const where = { view_id: this.state.modal?.id };
    const { tell, values } = this.modal;
    return makeSurface({ as: this.state.me, names: this.names, verb: "view-click", where, failed: tell, values });
  }
}

// passOnKeys has the page hear what its shortcuts need of the keys that are pressed in a frame.
function passOnKeys(frame) {
  const pass = (event) => {
    if (event.defaultPrevented || !(event.altKey || event.key === "Escape")) return;
    if (!document.dispatchEvent(new KeyboardEvent("keydown", event))) event.preventDefault();
  };
  frame.addEventListener("load", () => frame.contentDocument?.addEventListener("keydown", pass)); // none of another site
}

function named(channel) {
  return { id: channel.id, name: channelName(channel) };
}

function placeKey(person, channel, thread = "") {
  return [person, channel, thread].join("/");
}

function say(key, text) {
  const [as, channel, thread_ts] = key.split("/");
  return act("say", { as, channel, thread_ts, text });
}

// released waits while somebody holds a button down, for at most a second: a button that is redrawn between press
// and release never hears of the click.
async function released() {
  for (let i = 0; i < 50 && document.querySelector("button:active"); i++) await new Promise((done) => setTimeout(done, 20));
}

function strip(text) {
  byId("strip").textContent = text;
  byId("strip").hidden = text === "";
}

new Page().start();
