// The end of a sheet, without leaving it: one tap where everybody is marked, else a choice for each who is not. Who is
// cleared meanwhile is asked for, never decided.
import { say } from "./say.js";
import { make, shape } from "./sheet-draw.js";
import { closeOver, openOver } from "./sheet-over.js";
import { gap, meeting, words } from "./sheet-page.js";
import { act, queue, time } from "./sheet-queue.js";
import { isOpen } from "./sheet-rules.js";
import { tell } from "./sheet-snack.js";
import { rowsNow } from "./sheet-state.js";

const section = document.getElementById("finish-here");
const rowsBox = section.querySelector("[data-rows]");
const then = section.querySelector(".then");
const picks = JSON.parse(section.dataset.picks);
const list = new Intl.ListFormat(document.documentElement.lang, { style: "short", type: "unit" });

const unsettled = () => [...rowsNow().values()].filter((row) => row.two.length || isOpen(row));

function pick(row, value, look, said, on, who = "") {
  const box = make("input", { type: "radio", name: row.id, value, "data-words": said });
  box.checked = on;
  const shownAs = make("span", {}, shape(look), said, who ? make("small", {}, who) : null);
  return make("label", { class: `st-${look === "left" ? "here" : look}` }, box, shownAs);
}

function ask(row) {
  const choices = row.two.length
    ? row.two.map((one) => pick(row, one.status, one.look, one.words, false, one.who))
    : Object.entries(picks).map(([status, [look, said]]) => pick(row, status, look, said, status === "absent"));
  const which = row.two.length ? make("small", { class: "ask" }, ` ${words.which}`) : null;
  return make("fieldset", { class: "finish-row", "data-row": row.id }, make("legend", {}, row.label, which),
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

function countOf(rows) {
  const torn = rows.filter(({ two }) => two.length).length;
  const counts = [["open", rows.length - torn], ["torn", torn]].filter(([, number]) => number);
  const said = counts.map(([key, number]) => gap(JSON.parse(section.dataset[key]), number));
  return said.join(" · ") || section.dataset.all;
}

// Of two answers nobody chooses but who finishes: the row is shown, in the page's own words.
function showLeft() {
  const left = [...rowsBox.children].find((row) => !row.querySelector("input:checked"));
  for (const row of rowsBox.children) row.classList.toggle("is-left", row === left);
  if (!left) return false;
  left.scrollIntoView({ block: "center" });
  left.querySelector("input").focus({ preventScroll: true });
  say(left.querySelector("legend").textContent);
  return true;
}

// Rows that come or go while one chooses: what was chosen stays.
export function followEnd() {
  if (section.hidden) return;
  const rows = unsettled();
  const there = new Map([...rowsBox.children].map((row) => [row.dataset.row, row]));
  const shown = rows.map((row) => there.get(row.id) || ask(row));
  if (shown.length !== there.size || shown.some((row) => !row.isConnected)) rowsBox.replaceChildren(...shown);
  section.querySelector("[data-count]").textContent = countOf(rows);
  count();
}

function end(choices) {
  act("finish", { choices });
  closeOver();
  tell(words.finishing);
}

const ends = () => queue.mine.some(({ op }) => op.kind === "finish");

export function finish() {
  if (ends()) return;
  // Before the start nobody ends a meeting by one tap.
  if (!unsettled().length && time.now() >= meeting.start) end({});
  else {
    rowsBox.replaceChildren();
    openOver(section);
    followEnd();
  }
}

section.addEventListener("change", count);
section.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!showLeft()) end(Object.fromEntries(new FormData(event.target)));
});
