// The chip in the bar: in words where the marks are. Amber waits and is safe; rose means: do not start here.
import { say } from "./say.js";
import { facts, gap, itemOf, said, words } from "./sheet-page.js";
import { queue } from "./sheet-queue.js";
import { fail, tell } from "./sheet-snack.js";
import { asOf, isKept, subjectOf } from "./sheet-state.js";
import { marksIn } from "./sheet-store.js";
import { clockIn } from "./sheet-times.js";

const SLOW = 2000;
const LONG = 120_000;
const chip = document.getElementById("saved");
const text = chip.querySelector("span");
const button = chip.querySelector("button");
const says = JSON.parse(said.says);
const acts = JSON.parse(said.acts);
const leads = { late: said.late, stop: `${facts.home}/paper` };
const heading = document.querySelector(".sheet-title small");
const hours = heading.textContent.trim();
const late = new Set();
let since = 0;
let was = "saved";
let comforted = false;

export function cameLate(ids) {
  for (const id of ids) late.add(id);
}

// What it says, as a key, and how many.
function state() {
  const waiting = marksIn(queue.ready);
  if (!queue.keeps) return ["stop", waiting];
  if (waiting && ["signed-out", "other", "reason", "offline"].includes(queue.line)) return [queue.line, waiting];
  if (queue.line === "offline") return ["none", 0];
  if (waiting) return [performance.now() - since < SLOW ? "saving" : "waiting", waiting];
  if (queue.aside.length) return ["aside", marksIn(queue.aside)];
  if (late.size) return ["late", late.size];
  return queue.others.length ? ["other", marksIn(queue.others)] : ["saved", 0];
}

// What was opened from this tablet says so beside its hours, until the server has told the rest.
function showSince(key) {
  heading.textContent = isKept() && key !== "none" ? `${hours} · ${gap(words.asOf, clockIn(asOf()))}` : hours;
}

// Whoever waits long may think of starting afresh: that would be the one way to lose something.
function comfort() {
  if (comforted || !since || performance.now() - since < LONG || !queue.keeps) return;
  comforted = true;
  tell(words.longWait);
  say(words.longWait);
}

export function showChip() {
  // Before it is known what an earlier page left, nothing is called saved.
  if (!queue.loaded && queue.keeps && !queue.ready.length) return;
  if (!queue.ready.length) since = 0;
  else if (!since) {
    since = performance.now();
    comforted = false;
    setTimeout(showChip, SLOW);
    setTimeout(showChip, LONG);
  }
  const [key, number] = state();
  text.textContent = Array.isArray(says[key]) ? gap(says[key], number) : says[key].replace("{1}", clockIn(asOf()));
  chip.dataset.state = key;
  chip.classList.toggle("is-wait", !["saved", "saving", "stop"].includes(key));
  chip.classList.toggle("is-stop", key === "stop");
  button.hidden = !acts[key];
  button.textContent = acts[key] || "";
  showSince(key);
  comfort();
  if (["saving", "waiting", was].includes(key)) return;
  if (key !== "saved") say(text.textContent);
  was = key;
}

// Seen with its reason, it is let go: also where its sheet can be opened no more.
function look(entry) {
  const [id] = entry.touches;
  itemOf(id)?.scrollIntoView({ block: "center" });
  const reason = entry.aside === "?" ? words.noSheet : entry.aside;
  fail(gap(words.notKept, subjectOf(entry), reason));
  queue.forget(entry);
  queue.changed();
}

button.addEventListener("click", () => {
  const { state: key } = chip.dataset;
  if (key === "signed-out") document.dispatchEvent(new Event("signed-out"));
  else if (key === "reason") location.reload();
  else if (leads[key]) location.assign(leads[key]);
  else if (key === "aside") look(queue.aside[0]);
  else queue.flush();
});
