// A date of the week is picked up and put down elsewhere: by mouse, by a long press, by keys or by clicks. That saves
// nothing: the page that changes the date opens, with the day, the time and the room or person that were chosen.
import { clockWritten } from "./clock.js";
import { say } from "./say.js";

const HOLD = 500, SLIP = 8, STEP = 30, EDGE = 80, SPEED = 12;
const table = document.querySelector(".wks");
const bar = document.getElementById("moving");
const [first, last] = table ? table.dataset.hours.split(" ").map((hour) => hour * 60) : [];
let waiting = null; // a pointer that is down and may pick up
let held = null; // what is picked up, and over which cell and minute it is

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const cellsOf = (row) => [...row.querySelectorAll("td")].filter(mayTake);
const nameOf = (cell) => table.tHead.rows[0].cells[cell.cellIndex].dataset.name;

// What is online, without a room or without a leader is no thing that a date could be given.
function mayTake(cell) {
  return !("shared" in cell.dataset) || cell.dataset.column === held.from.dataset.column;
}

function isTaken(cell, at) {
  return [...cell.querySelectorAll(".b-busy, .b-clash")].some((rect) => {
    const begins = Number(rect.getAttribute("x")) + first, ends = begins + Number(rect.getAttribute("width"));
    const own = cell === held.from && begins === held.begins;
    return !own && begins < at + held.minutes && at < ends;
  });
}

function words() {
  const time = clockWritten(table.dataset.locale, new Date(held.at * 60_000), "UTC");
  const over = fill(bar.dataset.over, { day: held.over.parentElement.dataset.said, time, column: nameOf(held.over) });
  return isTaken(held.over, held.at) ? fill(bar.dataset.taken, { over }) : over;
}

function hover(cell, at) {
  held.over.classList.remove("wkover", "wktaken");
  held.over = cell;
  held.at = Math.max(0, Math.min(at, 24 * 60 - STEP));
  cell.classList.add("wkover");
  cell.classList.toggle("wktaken", isTaken(cell, held.at));
  bar.querySelector("[data-moving-over]").textContent = words();
}

function pickUp(item, pointer) {
  const from = item.closest("td"), begins = Number(item.dataset.begins);
  held = { item, from, over: from, at: begins, begins, minutes: Number(item.dataset.minutes), pointer };
  item.open = false;
  item.classList.add("wkpicked");
  table.classList.add("wkmove");
  for (const cell of table.querySelectorAll("td")) cell.classList.toggle("wkshut", !mayTake(cell));
  bar.querySelector("[data-moving-title]").textContent = item.dataset.title;
  bar.querySelector("[data-moving-form]").href = item.dataset.move;
  bar.hidden = false;
  getSelection().removeAllRanges();
  hover(from, begins);
  if (pointer) glide();
  else say(fill(bar.dataset.picked, { title: item.dataset.title }));
}

function putBack() {
  const { item, over } = held;
  held = null;
  over.classList.remove("wkover", "wktaken");
  item.classList.remove("wkpicked");
  table.classList.remove("wkmove");
  bar.hidden = true;
  item.querySelector("summary").focus();
  say(bar.dataset.kept);
}

function putDown() {
  const { item, from, over, at, begins } = held;
  if (over === from && at === begins) {
    putBack();
    return;
  }
  const clock = `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
  const asked = new URLSearchParams({ day: over.parentElement.dataset.day, start: clock });
  if (over.dataset.column !== from.dataset.column) {
    asked.set(table.dataset.by === "people" ? "lead" : "room", over.dataset.column);
    if (table.dataset.by === "people") asked.set("instead", from.dataset.column);
  }
  location.assign(`${item.dataset.move}?${asked}`);
}

// Over the bar of a day its place says the time; anywhere else in a cell the time stays.
function overPoint(x, y) {
  const under = document.elementFromPoint(x, y), cell = under?.closest(".wks td");
  if (!cell || !mayTake(cell)) return false;
  const box = cell.querySelector(".daybar").getBoundingClientRect();
  const share = Math.max(0, Math.min(1, (x - box.left) / box.width));
  const onBar = y >= box.top && y <= box.bottom;
  hover(cell, onBar ? Math.round((first + share * (last - first)) / STEP) * STEP : held.begins);
  return true;
}

function glide() {
  if (!held?.pointer) return;
  const { x, y } = held.pointer;
  if (y < EDGE) scrollBy(0, -SPEED);
  if (y > innerHeight - EDGE) scrollBy(0, SPEED);
  held.pointer.inside = overPoint(x, y);
  requestAnimationFrame(glide);
}

function forget() {
  clearTimeout(waiting?.timer);
  waiting = null;
}

function lift() {
  const { item, x, y } = waiting;
  forget();
  pickUp(item, { x, y, inside: true });
}

// The click that ends a drag opens nothing.
function swallowClick() {
  const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
  addEventListener("click", stop, true);
  setTimeout(() => removeEventListener("click", stop, true), 50);
}

function press({ target, button, pointerType, clientX, clientY }) {
  const item = target.closest("summary")?.closest("[data-move]");
  if (!item || button || held) return;
  const byHand = pointerType !== "mouse";
  waiting = { item, byHand, x: clientX, y: clientY, timer: byHand ? setTimeout(lift, HOLD) : 0 };
}

function move({ clientX, clientY }) {
  if (held?.pointer) Object.assign(held.pointer, { x: clientX, y: clientY });
  if (!waiting || Math.hypot(clientX - waiting.x, clientY - waiting.y) < SLIP) return;
  if (waiting.byHand) {
    forget(); // a finger that moves scrolls
    return;
  }
  lift();
  Object.assign(held.pointer, { x: clientX, y: clientY });
}

function letGo({ clientX, clientY }) {
  forget();
  if (!held?.pointer) return;
  swallowClick();
  if (overPoint(clientX, clientY)) putDown();
  else putBack();
}

function step(event) {
  const column = cellsOf(held.over.parentElement), at = column.indexOf(held.over);
  const { previousElementSibling: above, nextElementSibling: below } = held.over.parentElement;
  const there = {
    ArrowLeft: () => hover(column[Math.max(0, at - 1)], held.at),
    ArrowRight: () => hover(column[Math.min(column.length - 1, at + 1)], held.at),
    ArrowUp: () => hover((above ?? held.over.parentElement).cells[held.over.cellIndex], held.at),
    ArrowDown: () => hover((below ?? held.over.parentElement).cells[held.over.cellIndex], held.at),
    PageUp: () => hover(held.over, held.at - STEP),
    PageDown: () => hover(held.over, held.at + STEP),
  }[event.key];
  if (!there) return false;
  there();
  held.over.scrollIntoView({ block: "nearest" });
  say(words());
  return true;
}

function pressKey(event) {
  if (!held) return;
  if (event.key === "Escape") putBack();
  else if (held.pointer || event.target.closest(".wkmoving")) return;
  else if (event.key === "Enter") putDown();
  else if (!step(event)) return;
  event.preventDefault();
}

function click(event) {
  if (held) {
    event.preventDefault();
    if (overPoint(event.clientX, event.clientY)) putDown();
    return;
  }
  const way = event.target.closest("[data-pick-up]");
  if (!way) return;
  event.preventDefault();
  const item = way.closest("[data-move]");
  pickUp(item, null);
  item.querySelector("summary").focus();
}

if (table && bar) {
  table.addEventListener("pointerdown", press);
  table.addEventListener("click", click);
  table.addEventListener("touchmove", (event) => { if (held?.pointer) event.preventDefault(); }, { passive: false });
  table.addEventListener("contextmenu", (event) => { if (held || waiting?.byHand) event.preventDefault(); });
  addEventListener("pointermove", move);
  addEventListener("pointerup", letGo);
  addEventListener("pointercancel", () => { forget(); if (held?.pointer) putBack(); });
  addEventListener("keydown", pressKey);
  bar.querySelector("[data-moving-end]").addEventListener("click", putBack);
}
