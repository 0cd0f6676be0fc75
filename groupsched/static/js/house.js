// A roll-call on a tablet, with a line or without: it begins at the tap, a tile turns at the tap, and what is not sent
// yet waits (house-queue.js). What other tablets saw comes every ten seconds. Without this every tile is a plain form.
import { beginHere, flush, look, queue, restore, roll, wish } from "./house-queue.js";
import { keepSheets } from "./keeping.js";
import "./print.js";
import { say } from "./say.js";

const EVERY = 10_000;
keepSheets();
const form = document.getElementById("house");
const saved = document.getElementById("house-saved");
const told = document.getElementById("house-told");
const fresh = saved.querySelector("[data-fresh]");
const says = JSON.parse(saved.dataset.says);
// Opened without a line: the drill as it was kept.
const { kept } = form.dataset;

const tiles = () => [...form.querySelectorAll("[data-key]")];
const isOut = (tile) => tile.classList.contains("st-here");
const runs = () => Boolean(roll() || queue.began);

function draw(tile, words) {
  const button = tile.querySelector("button");
  const out = words !== null;
  tile.className = `tile st-${out ? "here" : "none"}${tile.classList.contains("is-long") ? " is-long" : ""}`;
  button.setAttribute("aria-pressed", String(out));
  button.value = `${tile.dataset.key}.${out ? 0 : 1}`;
  button.querySelector("use").setAttribute("href", out ? "#g-here" : "#g-none");
  button.querySelector("span > span").textContent = out ? words : tile.dataset.line;
}

function count() {
  const all = tiles();
  const safe = all.filter(isOut).length;
  document.querySelector("[data-out]").textContent = safe;
  const known = all.filter((one) => isOut(one) || !one.dataset.sure).length;
  document.querySelector("[data-left]").textContent = known - safe;
}

// Before a drill a tile is no button; what belongs to a drill, or to no drill, shows.
function show() {
  for (const part of document.querySelectorAll("[data-drill]")) part.hidden = (part.dataset.drill === "on") !== runs();
  if (!runs()) return;
  for (const tile of tiles().filter((one) => !one.querySelector("button"))) {
    const button = document.createElement("button");
    button.className = "tile-main";
    button.name = "mark";
    button.append(...tile.firstElementChild.childNodes);
    tile.replaceChildren(button);
    draw(tile, null);
  }
}

function waits(n) {
  const { line } = queue;
  if (line === "signed-out" || line === "secret") return says[line].replace("…", n);
  if (line === "other") return says.others.replace("…", n);
  if (!n && line === "fine") return queue.others ? says.others.replace("…", queue.others) : kept ? says.back : "";
  if (line === "offline") return n ? says.kept.replace("…", n) : says.offline;
  return says.waiting.replace("…", n);
}

function tell() {
  const words = waits(queue.kept) + (queue.kept && !queue.safe ? ` ${says.page}` : "");
  saved.hidden = !words;
  saved.querySelector("span").textContent = words;
  fresh.hidden = words !== says.back;
  saved.classList.toggle("is-wait", fresh.hidden);
  if (queue.line === "fine" && !queue.size) told.hidden = true;
}

function take(state) {
  if (state.told) say(state.told);
  if (state.roll !== undefined && state.roll !== roll()) {
    form.elements.roll.value = state.roll;
    show();
  }
  for (const tile of tiles()) {
    const waiting = queue.wish(tile.dataset.key);
    const { key } = tile.dataset;
    if (state.out && !waiting && tile.querySelector("button")) draw(tile, state.out[key] ?? null);
  }
  count();
}

function tap(tile) {
  const out = !isOut(tile);
  wish(tile.dataset.key, out);
  draw(tile, out ? "↻" : null);
  count();
  flush(take);
}

// A name that stands on no sheet: a tile of its own, at once.
function call(field) {
  const name = field.value.trim();
  if (!name) return;
  const key = `x-${crypto.randomUUID().slice(0, 30)}`;
  addTile(key, name);
  wish(key, true, name);
  field.value = "";
  say(name);
  count();
  flush(take);
}

function addTile(key, name) {
  const item = document.getElementById("called-tile").content.firstElementChild.cloneNode(true);
  const tile = item.firstElementChild;
  tile.dataset.key = key;
  tile.querySelector("strong").textContent = name;
  document.getElementById("called").append(item);
  draw(tile, "↻");
}

// Only with a line can a drill end, or the page be loaded anew: until then it stays as it is.
async function leaveFor(go) {
  await restored;
  await flush(take);
  if (!queue.size) await look(take);
  if (queue.line === "fine" && !queue.size) {
    removeEventListener("beforeunload", warn);
    go();
    return;
  }
  told.hidden = false;
  say(told.textContent);
}

// Not yet first: in each room, and only when it is asked for.
function sort() {
  for (const list of form.querySelectorAll(".people")) {
    const done = (item) => isOut(item.firstElementChild);
    list.append(...[...list.children].sort((one, other) => done(one) - done(other)));
  }
}

function warn(event) {
  if (queue.size) event.preventDefault();
}

addEventListener("submit", (event) => {
  const tile = event.submitter?.closest("[data-key]");
  const { drill } = event.target.dataset;
  if (tile) tap(tile);
  else if (event.target.id === "call") call(event.target.elements.name);
  else if (event.target.id === "end") leaveFor(() => event.target.submit());
  else if (event.target.id === "begin") {
    beginHere();
    show();
    count();
    flush(take);
  } else return;
  event.preventDefault();
  if (drill) tell();
});
addEventListener("click", (event) => {
  const again = event.target.closest?.("[data-again]");
  if (!again || (queue.line === "fine" && !queue.size)) return;
  event.preventDefault();
  sort();
});
addEventListener("beforeunload", warn);

queue.onChange(tell);
const restored = restore();
restored.then(() => {
  show();
  if (kept) take(JSON.parse(kept));
  for (const [key, one] of queue.wishes()) {
    const tile = tiles().find((found) => found.dataset.key === key);
    if (tile) draw(tile, one.out ? "↻" : null);
    else if (one.out && one.name) addTile(key, one.name);
  }
  count();
  tell();
  return flush(take);
}).then(() => look(take));
const turn = () => (queue.size ? flush(take) : look(take));
setInterval(turn, EVERY);
addEventListener("online", turn);
document.addEventListener("visibilitychange", () => document.hidden || turn());
addEventListener("offline", () => {
  queue.line = "offline";
  tell();
});
