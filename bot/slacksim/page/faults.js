// Where a person makes Slack go wrong: choose what, choose how, and see which faults have not happened yet.

import { el } from "./dom.js";

const OF_CALLS = ["is throttled", "fails", "does it and fails", "hangs", "does it and hangs", "is slow", "breaks off", "does it and breaks off"];

// What can go wrong and how, in the words of the people API.
const KINDS = [
  {
    label: "At once",
    things: { sockets: "the connection", socket: "the oldest of several connections" },
    faults: ["breaks off", "warning", "refresh_requested", "link_disabled"],
  },
  {
    label: "Until faults are cleared",
    things: { app: "the app" },
    faults: ["shares its sockets", "shares idle sockets", "has too many sockets", "loses its app token", "loses its bot token"],
  },
  {
    label: "What people do",
    things: {
      slash_commands: "the next slash command",
      block_actions: "the next click",
      view_submission: "the next form that is sent",
      view_closed: "the next form that is closed",
      block_suggestion: "the next search in a menu",
    },
    faults: ["comes twice", "comes late", "comes on the old socket", "gets lost", "loses its ack"],
  },
];
const THINGS = Object.assign({}, ...KINDS.map((kind) => kind.things));

// makeFaults binds the section. fail({what, name, n}) and clear() resolve to {ok, error}. show({methods, faults})
// draws what the state says.
export function makeFaults(section, { fail, clear }) {
  const { what, name, n } = section.querySelector("form").elements;
  const part = (kind) => section.querySelector(`.${kind}`);
  let kinds = [];

  function show({ methods, faults }) {
    if (kinds.length === 0) fill(methods);
    const count = faults.reduce((sum, fault) => sum + fault.n, 0);
    part("count").textContent = count;
    part("count").hidden = part("waiting").hidden = count === 0;
    part("waiting").querySelector("ul").replaceChildren(...faults.map((fault) => el("li", {}, sentence(fault))));
  }

  function fill(methods) {
    kinds = [...KINDS, { label: "The next call of", things: Object.fromEntries(methods.map((one) => [one, one])), faults: OF_CALLS }];
    what.replaceChildren(...kinds.map(({ label, things }) =>
      el("optgroup", { label }, Object.entries(things).map(([value, text]) => el("option", { value }, text)))));
    what.value = "block_actions";
    chosen();
  }

  function chosen() {
    const kind = kinds.find(({ things }) => Object.hasOwn(things, what.value));
    name.replaceChildren(...kind.faults.map((fault) => el("option", {}, fault)));
    n.disabled = KINDS.indexOf(kind) === 0 || KINDS.indexOf(kind) === 1; // it happens at once, and once
  }

  async function submitted(event) {
    event.preventDefault();
    tell(await fail({ what: what.value, name: name.value, n: n.disabled ? 1 : n.valueAsNumber }));
  }

  function tell({ error = "" }) {
    part("problem").textContent = error;
    part("problem").hidden = error === "";
  }

  what.addEventListener("change", chosen);
  section.querySelector("form").addEventListener("submit", submitted);
  part("clear").addEventListener("click", async () => tell(await clear()));
  return { show };
}

function sentence({ what, name, n }) {
  const thing = THINGS[what] ?? el("code", {}, what);
  return [thing, ` ${name}`, n > 1 && el("b", {}, ` × ${n}`)];
}
