// Strips over the foot: how the sheet is marked, asked while marks go on and answered whenever; whether somebody is
// here long before the start; what became of the sheet elsewhere. None takes the page away.
import { say } from "./say.js";
import { deafen } from "./sheet-deaf.js";
import { facts, gap, meeting } from "./sheet-page.js";
import { act, time } from "./sheet-queue.js";
import { mustAsk } from "./sheet-rules.js";
import { asks, entries, modeNow, rowsNow } from "./sheet-state.js";
import { clockIn } from "./sheet-times.js";

const NEW = 400;
// So long before the start the door opens (attendance/rules/door.py).
const BEFORE = 1_800_000;
const how = document.getElementById("how");
const title = how.querySelector("h2");
title.dataset.asks = title.textContent;
const elsewhere = document.getElementById("elsewhere");
const told = elsewhere.querySelector("p");
const soon = document.getElementById("soon");
const wanted = [];
let sure = false;
// What waits for the answer to how the sheet is marked.
let then = null;

export function show(strip, words) {
  if (!strip.hidden) return;
  strip.hidden = false;
  deafen(strip, NEW);
  say(words);
}

// Somebody is late by the clock alone, here or as the server knows, and nobody has said how the sheet is marked.
function isOpen(mode) {
  const depends = ({ op, aside }) => op.auto && !aside && mustAsk(mode, meeting, Date.parse(op.observed_at));
  return !mode && (asks() || entries().some(depends));
}

function sayHow(words) {
  title.textContent = words;
  how.classList.toggle("strip-warn", words === title.dataset.first);
}

// Before the end, what is open is asked: true where `act` waits for the answer, and goes on with it.
export function asksHow(act) {
  if (!isOpen(modeNow())) return false;
  then = act;
  how.hidden = false;
  sayHow(title.dataset.first);
  say(title.dataset.first);
  how.querySelector("button").focus({ preventScroll: true });
  return true;
}

export function showHow() {
  const mode = modeNow();
  if (isOpen(mode)) show(how, title.textContent);
  else how.hidden = true;
  for (const button of document.querySelectorAll("[data-how]")) {
    button.setAttribute("aria-pressed", String(button.dataset.how === mode));
  }
}

// Long before the start somebody may have the wrong sheet open: once, "here" is asked about. True where `act`, which
// marks, waits for the answer; false where it need not be asked.
export function asksSoon(act) {
  const come = [...rowsNow().values()].some(({ status }) => status === "present");
  if (sure || come || time.now() >= meeting.start - BEFORE) return false;
  wanted.push(act);
  show(soon, soon.querySelector("h2").textContent);
  return true;
}

function answerSoon(yes) {
  soon.hidden = true;
  sure ||= yes;
  for (const act of wanted.splice(0)) if (yes) act();
}

export const isOver = () => !elsewhere.hidden;

// Finished, cancelled: said in place, and what waits is kept. Nothing invites to go on.
export function isElsewhere(words = told.dataset.finished) {
  told.textContent = words;
  show(elsewhere, words);
  for (const way of document.querySelectorAll("#everyone, [data-finish]")) way.hidden = true;
}

const startsAt = how.querySelector("[data-start]");
startsAt.textContent = gap(startsAt.textContent, clockIn(meeting.start));
const early = soon.querySelector("h2");
early.textContent = gap(early.dataset.words, clockIn(meeting.start));
elsewhere.querySelector("a").href = facts.home;
addEventListener("click", (event) => {
  const said = event.target.closest?.("[data-soon]");
  if (said) answerSoon(said.dataset.soon === "yes");
  const button = event.target.closest?.("[data-how]");
  const next = then;
  then = null;
  // Whoever does something else first does not end the sheet by an answer given later.
  if (next) sayHow(title.dataset.asks);
  if (!button) return;
  button.closest("details")?.removeAttribute("open");
  if (modeNow() !== button.dataset.how) act("how", { mode: button.dataset.how });
  next?.();
});
