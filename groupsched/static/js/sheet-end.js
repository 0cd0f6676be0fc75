// The end of a sheet, without leaving it: one tap where everybody is marked, else a choice for each who is not. Who is
// cleared meanwhile is asked for, never decided.
import { say } from "./say.js";
import { make, shape } from "./sheet-draw.js";
import { closeOver, openOver } from "./sheet-over.js";
import { facts, gap, meeting, snack, words } from "./sheet-page.js";
import { act, queue, time } from "./sheet-queue.js";
import { endsSoon, isOpen } from "./sheet-rules.js";
import { fail, tell } from "./sheet-snack.js";
import { rowsNow } from "./sheet-state.js";
import { asksHow, isOver, show } from "./sheet-strip.js";
import { clockIn } from "./sheet-times.js";

const section = document.getElementById("finish-here");
const choose = section.querySelector("[data-choose]");
const rowsBox = section.querySelector("[data-rows]");
const then = section.querySelector(".then");
const runs = section.querySelector("[data-runs]");
runs.textContent = gap(runs.dataset.runs, clockIn(meeting.end));
const picks = JSON.parse(section.dataset.picks);
const list = new Intl.ListFormat(document.documentElement.lang, { style: "short", type: "unit" });

const unsettled = () => [...rowsNow().values()].filter((row) => row.two.length || isOpen(row));

function pick(row, value, look, said, on, who = "") {
  const box = make("input", { type: "radio", name: row.id, value, "data-words": said, required: "" });
  box.checked = on;
  const shownAs = make("span", {}, shape(look), said, who ? make("small", {}, who) : null);
  return make("label", { class: `st-${look === "left" ? "here" : look}` }, box, shownAs);
}

function ask(row) {
  const choices = row.two.length
    ? row.two.map((one) => pick(row, one.status, one.look, one.words, false, one.who))
    : Object.entries(picks).map(([status, [look, said]]) => pick(row, status, look, said, status === "absent"));
  return make("fieldset", { class: "finish-row", "data-row": row.id }, make("legend", {}, row.label),
    make("div", { class: "pick" }, ...choices));
}

function count() {
  const counts = new Map();
  for (const { dataset } of section.querySelectorAll(".pick input:checked")) {
    counts.set(dataset.words, (counts.get(dataset.words) || 0) + 1);
  }
  then.textContent = list.format([...counts].map(([said, number]) => `${number} ${said}`));
  then.hidden = !counts.size;
}

// Rows that come or go while one chooses: what was chosen stays.
export function followEnd() {
  if (section.hidden) return;
  const rows = unsettled();
  const there = new Map([...rowsBox.children].map((row) => [row.dataset.row, row]));
  const shown = rows.map((row) => there.get(row.id) || ask(row));
  if (shown.length !== there.size || shown.some((row) => !row.isConnected)) rowsBox.replaceChildren(...shown);
  const torn = rows.filter((row) => row.two.length).length;
  const open = rows.length - torn;
  const told = rows.length ? "" : section.dataset.all;
  section.querySelector("[data-count]").textContent = open ? gap(JSON.parse(section.dataset.open), open) : told;
  runs.hidden = endsSoon(meeting, time.now());
  choose.textContent = torn ? gap(JSON.parse(section.dataset.torn), torn) : "";
  count();
}

function end(choices) {
  closeOver();
  tell(words.finishing);
  act("finish", { choices });
}

// The end that waits to be sent, of this sheet.
export const ends = () => queue.ending(facts.uid);

// Where it cannot be sent now it stands there until it is; until then it can be taken back, and nobody saw it.
export function showEnding() {
  const entry = queue.line === "fine" ? null : ends();
  for (const way of document.querySelectorAll("[data-finish]")) way.hidden = Boolean(entry) || isOver();
  if (!entry) ending.hidden = true;
  else if (ending.hidden) {
    const told = ending.querySelector("p");
    told.textContent = gap(told.dataset.words, clockIn(Date.parse(entry.op.observed_at)));
    snack.hidden = true;
    show(ending, told.textContent);
  }
}

ending.querySelector("button").addEventListener("click", async () => {
  // What is on its way may be heard yet.
  await queue.busy;
  const entry = ends();
  if (entry) queue.forget(entry);
  queue.changed();
});

export function finish() {
  if (ends()) return;
  if (time.now() < meeting.start) fail(words.notStarted);
  else if (asksHow(finish)) return;
  else if (!unsettled().length && endsSoon(meeting, time.now())) end({});
  else {
    rowsBox.replaceChildren();
    openOver(section);
    followEnd();
  }
}

// Of two answers nobody chose one: said in our words, at the row that it is about.
function askFor(row) {
  const [one] = JSON.parse(section.dataset.torn);
  if (!row.querySelector(".fielderror")) row.append(make("p", { class: "fielderror" }, one));
  row.scrollIntoView({ block: "center" });
  row.querySelector("input").focus({ preventScroll: true });
  say(one);
}

section.addEventListener("change", ({ target }) => {
  target.closest(".finish-row").querySelector(".fielderror")?.remove();
  count();
});
section.addEventListener("submit", (event) => {
  event.preventDefault();
  const unsaid = [...rowsBox.children].find((row) => !row.querySelector(":checked"));
  if (unsaid) askFor(unsaid);
  else end(Object.fromEntries(new FormData(event.target)));
});
