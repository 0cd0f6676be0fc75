// A roll-call on a tablet, with a line or without: it begins at the tap, a tile turns at the tap, and what is not sent
// yet waits (house-queue.js). What other tablets saw comes every ten seconds. Without this every tile is a plain form.
import { aged, beginHere, drill, flush, keepAsItIs, look, queue, restore, wish } from "./house-queue.js";
import { asDrawn, isOut, labels, missing, render, sort, tiles } from "./house-tiles.js";
import { keepSheets } from "./keeping.js";
import "./print.js";
import { say } from "./say.js";
import { newId } from "./sheet-send.js";

const EVERY = 10_000;
// A second tap of a shaky hand is not a second wish, and takes nobody back in.
const SHAKY = 700;
const deaf = new WeakMap();
const deafen = (element) => deaf.set(element, performance.now() + SHAKY);
const isDeaf = (element) => (deaf.get(element) ?? 0) > performance.now();
keepSheets();
const form = document.getElementById("house");
const saved = document.getElementById("house-saved");
const told = document.getElementById("house-told");
const fresh = saved.querySelector("[data-fresh]");
const says = JSON.parse(saved.dataset.says);
// Opened without a line: the drill as it was kept.
const { kept } = form.dataset;
// What this page showed of is over: another one runs now, or none.
let over = false;
let leaving = false;

function waits(n) {
  const { line } = queue;
  if (line === "signed-out" || line === "secret") return says[line].replace("…", n);
  if (line === "other") return says.others.replace("…", n);
  if (!n && line === "fine" && over) return says.ended;
  if (!n && line === "fine" && missing(drill)) return says.more.replace("…", missing(drill));
  if (!n && line === "fine") return queue.others ? says.others.replace("…", queue.others) : kept ? says.back : "";
  if (line === "offline") return n ? says.kept.replace("…", n) : says.offline;
  return says.waiting.replace("…", n);
}

function tell() {
  const words = waits(queue.kept) + (queue.kept && !queue.safe ? ` ${says.page}` : "");
  saved.hidden = !words;
  saved.querySelector("span").textContent = words;
  const anew = over || missing(drill) || (kept && !queue.others);
  fresh.hidden = !anew || queue.kept > 0 || queue.line !== "fine";
  saved.classList.toggle("is-wait", fresh.hidden);
  if (queue.line === "fine" && !queue.size) told.hidden = true;
}

// How the server has it, shown and kept.
async function take(state) {
  if (state.told) say(state.told);
  const ran = drill.runs;
  const other = drill.take(state);
  if (ran ? other : state.told) over = true;
  render(drill);
  if (!leaving) await keepAsItIs(labels());
}

function tap(tile) {
  deafen(tile);
  wish(tile.dataset.key, !isOut(tile));
  render(drill);
  flush(take);
}

// A name that stands on no sheet: a tile of its own, at once.
function call(field) {
  const name = field.value.trim();
  if (!name) return;
  wish(`x-${newId().slice(0, 30)}`, true, name);
  field.value = "";
  say(name);
  render(drill);
  flush(take);
}

// Only with a line can a drill end, or the page be loaded anew: until then it stays as it is.
async function leaveFor(go) {
  await restored;
  await flush(take);
  if (!queue.size) await look(take);
  if (queue.line === "fine" && !queue.size) {
    removeEventListener("beforeunload", warn);
    await go();
    return;
  }
  told.hidden = false;
  say(told.textContent);
}

// Whether the server hears of it or the line breaks now: here it is over. One that began elsewhere is not meant.
async function end(ending) {
  if (over) return;
  leaving = true;
  ending.elements.roll.value = drill.roll;
  await keepAsItIs({}, "");
  ending.submit();
}

// Where Begin was, End is now.
function begin() {
  deafen(document.getElementById("end"));
  over = false;
  beginHere();
  render(drill);
  flush(take);
}

function warn(event) {
  if (queue.size) event.preventDefault();
}

addEventListener("submit", (event) => {
  const tile = event.submitter?.closest("[data-key]");
  const { drill: part } = event.target.dataset;
  if (isDeaf(tile ?? event.target)) return event.preventDefault();
  if (tile) tap(tile);
  else if (event.target.id === "call") call(event.target.elements.name);
  else if (event.target.id === "end") leaveFor(() => end(event.target));
  else if (event.target.id === "begin") begin();
  else return undefined;
  if (part) tell();
  return event.preventDefault();
});
addEventListener("click", (event) => {
  const again = event.target.closest?.("[data-again]");
  if (!again || (queue.line === "fine" && !queue.size)) return;
  event.preventDefault();
  sort();
});
addEventListener("beforeunload", warn);

// And the other way round, on the page that says that it has ended.
if (document.querySelector("[data-flash]")) deafen(document.getElementById("begin"));
queue.onChange(tell);
function first() {
  const { roll, since, now } = form.dataset;
  return kept ? JSON.parse(kept) : { roll, since: Number(since), now: Number(now), out: asDrawn() };
}
const began = first();
drill.apart = kept ? Number(form.dataset.apart) : began.now - Date.now();
drill.take(began);
const restored = restore();
restored.then(async () => {
  aged();
  render(drill);
  tell();
  if (!kept) await keepAsItIs(labels());
  return flush(take);
}).then(() => look(take));

function turn() {
  if (aged()) {
    over = true;
    render(drill);
  }
  return queue.size ? flush(take) : look(take);
}
setInterval(turn, EVERY);
addEventListener("online", turn);
document.addEventListener("visibilitychange", () => document.hidden || turn());
addEventListener("offline", () => {
  queue.line = "offline";
  tell();
});
