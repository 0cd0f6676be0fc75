// The chip in the bar: in words where the marks are. Amber waits and is safe; rose means: do not start here.
import { say } from "./say.js";
import { gap, itemOf, words } from "./sheet-page.js";
import { queue } from "./sheet-queue.js";
import { fail } from "./sheet-snack.js";
import { rowsNow } from "./sheet-state.js";

const SLOW = 2000;
const chip = document.getElementById("saved");
const text = chip.querySelector("span");
const button = chip.querySelector("button");
const says = JSON.parse(chip.dataset.says);
const acts = JSON.parse(chip.dataset.acts);
const late = new Set();
let since = 0;
let said = "saved";

export function cameLate(ids) {
  for (const id of ids) late.add(id);
}

// What it says, as a key, and how many.
function state() {
  const waiting = queue.mine.length;
  if (!queue.keeps) return ["stop", waiting];
  if (waiting && ["signed-out", "other", "reason", "offline"].includes(queue.line)) return [queue.line, waiting];
  if (queue.line === "offline") return ["none", 0];
  if (waiting) return [performance.now() - since < SLOW ? "saving" : "waiting", waiting];
  if (queue.aside.length) return ["aside", queue.aside.length];
  if (late.size) return ["late", late.size];
  return queue.others.length ? ["other", queue.others.length] : ["saved", 0];
}

export function showChip() {
  // Before it is known what an earlier page left, nothing is called saved.
  if (!queue.loaded && queue.keeps && !queue.mine.length) return;
  if (!queue.mine.length) since = 0;
  else if (!since) {
    since = performance.now();
    setTimeout(showChip, SLOW);
  }
  const [key, number] = state();
  text.textContent = number || Array.isArray(says[key]) ? gap(says[key], number) : says[key];
  chip.dataset.state = key;
  chip.classList.toggle("is-wait", !["saved", "saving", "stop"].includes(key));
  chip.classList.toggle("is-stop", key === "stop");
  button.hidden = !acts[key];
  button.textContent = acts[key] || "";
  if (["saving", "waiting", said].includes(key)) return;
  if (key !== "saved") say(text.textContent);
  said = key;
}

// Seen with its reason, it is let go: also where its sheet can be opened no more.
function look(entry) {
  const [id] = entry.touches;
  itemOf(id)?.scrollIntoView({ block: "center" });
  const reason = entry.aside === "?" ? words.noSheet : entry.aside;
  fail(gap(words.notKept, rowsNow().get(id)?.label ?? "–", reason));
  queue.forget(entry);
  queue.changed();
}

button.addEventListener("click", () => {
  const { state: key } = chip.dataset;
  if (key === "signed-out") document.dispatchEvent(new Event("signed-out"));
  else if (key === "reason") location.reload();
  else if (chip.dataset[key]) location.assign(chip.dataset[key]);
  else if (key === "aside") look(queue.aside[0]);
  else queue.flush();
});
