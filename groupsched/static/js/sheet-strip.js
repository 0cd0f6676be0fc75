// Strips over the foot: how the sheet is marked, asked while marks go on and answered whenever; what became of the
// sheet elsewhere. Neither takes the page away.
import { say } from "./say.js";
import { deafen } from "./sheet-deaf.js";
import { facts, gap, meeting } from "./sheet-page.js";
import { act, time } from "./sheet-queue.js";
import { mustAsk } from "./sheet-rules.js";
import { entries, modeNow } from "./sheet-state.js";
import { clockIn } from "./sheet-times.js";

const NEW = 400;
const how = document.getElementById("how");
const elsewhere = document.getElementById("elsewhere");
const told = elsewhere.querySelector("p");
let asked = false;

function show(strip, words) {
  if (!strip.hidden) return;
  strip.hidden = false;
  deafen(strip, NEW);
  say(words);
}

// `ask`: the server has a mark whose time depends on the answer.
export function askHow(ask) {
  asked = ask;
}

export function showHow() {
  const mode = modeNow();
  const depends = ({ op, aside }) => op.auto && !aside && mustAsk(mode, meeting, Date.parse(op.observed_at));
  if (!mode && (asked || entries().some(depends))) show(how, how.querySelector("h2").textContent);
  else how.hidden = true;
  for (const button of document.querySelectorAll("[data-how]")) {
    button.setAttribute("aria-pressed", String(button.dataset.how === mode));
  }
}

// Finished, cancelled: said in place, and what waits is kept.
export function isElsewhere(words = told.dataset.finished) {
  told.textContent = words;
  show(elsewhere, words);
}

const startsAt = how.querySelector("[data-start]");
startsAt.textContent = gap(startsAt.textContent, clockIn(meeting.start));
elsewhere.querySelector("a").href = facts.home;
addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-how]");
  if (!button) return;
  button.closest("details")?.removeAttribute("open");
  if (modeNow() !== button.dataset.how) act("how", { mode: button.dataset.how });
});
