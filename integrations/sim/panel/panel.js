"use strict";

// The page is redrawn from a whole board at each event. What is there already
// is kept and changed in place, so that an open fold or a selection stays.

const $ = (id) => document.getElementById(id);

function element(tag, className, text) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

function setText(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

// The page's own folder says which of its neighbours it is.
function drawNeighbours(board) {
  const nav = $("neighbours");
  if (nav.children.length > 0 || !board.neighbours) return;
  const own = location.pathname.split("/").at(-2);
  for (const name of board.neighbours) {
    const a = Object.assign(element("a", "", name), { href: "../" + encodeURIComponent(name) + "/" });
    if (name === own) a.setAttribute("aria-current", "page");
    nav.append(a);
  }
  nav.hidden = false;
}

function drawHead(board) {
  setText($("title"), board.title);
  setText($("subtitle"), board.subtitle);
  document.title = board.title;
  const mood = $("mood");
  // Where nothing is played, nothing can go wrong to order, and no calls are seen.
  mood.parentElement.hidden = $("log").hidden = board.moods.length === 0;
  if (mood.options.length === 0) {
    for (const m of board.moods) mood.append(new Option(m, m));
  }
  // A mood that only a test can set is shown as well.
  if (![...mood.options].some((o) => o.value === board.mood)) mood.append(new Option(board.mood, board.mood));
  if (document.activeElement !== mood) mood.value = board.mood;
}

function drawRows(board) {
  const columns = $("columns");
  if (columns.children.length === 0) {
    for (const name of board.columns) columns.append(Object.assign(element("th", "", name), { scope: "col" }));
  }
  const body = $("rows");
  const known = new Map([...body.rows].map((tr) => [tr.id, tr]));
  for (const row of board.rows) {
    const id = "row-" + row.id;
    const tr = known.get(id) || newRow(id, board.columns[0], row);
    known.delete(id);
    tr.className = row.ended ? "ended" : "";
    row.cells.forEach((text, i) => setText(tr.cells[i], text));
    if (!tr.isConnected) body.append(tr);
  }
  for (const tr of known.values()) tr.remove();
  $("empty").hidden = board.rows.length > 0;
}

function drawAdds(board) {
  const adds = $("adds");
  if (adds.children.length > 0 || !board.adds) return;
  for (const kind of board.adds) {
    const button = Object.assign(element("button", "", kind), { type: "button" });
    button.addEventListener("click", () => fetch("add", { method: "POST", body: new URLSearchParams({ kind }) }));
    adds.append(button);
  }
  adds.hidden = false;
}

function newRow(id, column, row) {
  const tr = element("tr");
  tr.id = id;
  tr.setAttribute("data-" + column, row.cells[0]);
  for (const text of row.cells) tr.append(element("td", "", text));
  return tr;
}

function drawCalls(board) {
  for (const call of board.calls) {
    const li = document.querySelector(`li[data-call="${call.id}"]`) || newCall(call);
    const good = call.status >= 200 && call.status < 300;
    li.className = (call.write ? "write " : "read ") + (!call.status ? "wait" : good ? "good" : "bad");
    setText(li.querySelector(".status"), call.status ? String(call.status) : call.done ? "no answer" : "…");
  }
  forget(board.calls);
  for (const fold of document.querySelectorAll(".reads")) drawFold(fold);
  $("quiet").hidden = board.calls.length > 0;
}

function newCall(call) {
  const li = element("li");
  li.setAttribute("data-call", call.id);
  li.setAttribute("data-op", call.op);
  const head = element("div", "head");
  head.append(element("span", "at", call.at), element("span", "op", call.op || "unknown call"), element("span", "status"));
  li.append(head, element("code", "path", call.method + " " + shorten(call.path)));
  if (call.write && call.body) li.append(element("code", "body", call.body));
  (call.write ? $("calls") : topFold()).prepend(li);
  return li;
}

// topFold is the list in the fold on top, a new one if a write is on top.
function topFold() {
  const top = $("calls").firstElementChild;
  if (top && top.classList.contains("reads")) return top.querySelector("ol");
  const fold = element("li", "reads");
  const details = element("details");
  const list = element("ol");
  details.append(element("summary"), list);
  fold.append(details);
  $("calls").prepend(fold);
  return list;
}

function drawFold(fold) {
  const reads = [...fold.querySelectorAll("li")];
  if (reads.length === 0) {
    fold.remove();
    return;
  }
  const last = reads[0];
  const count = reads.length === 1 ? "1 read" : reads.length + " reads";
  const text = (part) => last.querySelector(part).textContent;
  setText(fold.querySelector("summary"), `${text(".at")} ${count}, last ${text(".op")} ${text(".status")}`);
}

function forget(calls) {
  const oldest = calls.length > 0 ? calls[0].id : 0;
  for (const li of document.querySelectorAll("li[data-call]")) {
    if (Number(li.getAttribute("data-call")) < oldest) li.remove();
  }
}

// Long ids are known by their first characters.
function shorten(path) {
  return path.replace(/[0-9a-f-]{20,}/g, (id) => id.slice(0, 4) + "…");
}

$("mood").addEventListener("change", (event) => {
  fetch("mood", { method: "POST", body: new URLSearchParams({ mood: event.target.value }) });
  event.target.blur();
});

new EventSource("events").onmessage = (event) => {
  const board = JSON.parse(event.data);
  drawNeighbours(board);
  drawHead(board);
  drawRows(board);
  drawAdds(board);
  drawCalls(board);
};
