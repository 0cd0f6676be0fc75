// The form that defines a group: only the fields that matter now are shown, the panel folds on narrow screens, and
// Ctrl+S saves the draft.
import { DAY, meant, read, written } from "./clock.js";
import { say } from "./say.js";

const form = document.querySelector("[data-define]");
const wide = matchMedia("(min-width: 61.25em)");
const fold = document.getElementById("dates-fold");

function valueOf(name) {
  const chosen = form.querySelector(`[name="${name}"]:checked`) ?? form.querySelector(`select[name="${name}"]`);
  return chosen ? chosen.value : "";
}

function showWhatMatters() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const value = valueOf(part.dataset.when);
    const wanted = part.dataset.is ? part.dataset.is.split(" ").includes(value) : part.dataset.not !== value;
    part.hidden = !wanted && !part.querySelector(".invalid");
  }
}

function foldOrUnfold() {
  fold.open = wide.matches;
}

// A number of seats, or no limit: to say the one takes the other back.
function oneOfBoth({ target }) {
  if (target.name === "no_limit" && target.checked) form.elements.capacity.value = "";
  if (target.name === "capacity" && target.value && form.elements.no_limit) form.elements.no_limit.checked = false;
}

// What is skipped is kept in the form at once: on a slow line two taps overlap, and the second would be sent without
// the first.
function flip(day) {
  const known = form.querySelector(`input[name="skip"][value="${day}"]`);
  if (known) known.remove();
  else document.getElementById("panel").prepend(Object.assign(document.createElement("input"),
    { type: "hidden", name: "skip", value: day }));
}

form.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.name !== "toggle") return;
  flip(detail.elt.value);
  detail.formData.delete("toggle");
  detail.formData.delete("skip");
  for (const input of form.querySelectorAll("input[name=skip]")) detail.formData.append("skip", input.value);
});
// What was understood is written out at once: "9" over 6:00 PM is 9:00 PM.
const stoodOf = (field) => form.elements[`${field.name}-stood`];

function set(field, minutes) {
  const at = (minutes + DAY) % DAY;
  field.value = written(field, at);
  stoodOf(field).value = `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}

function writeOut({ target }) {
  const stands = target.name && stoodOf(target);
  if (!stands) return;
  const stood = read(stands.value)?.at, at = meant(target, stood);
  if (at === null) return;
  set(target, at);
  if (target.name === "start_time" && stood !== undefined) keepLength(at - stood);
}

// A session that begins later ends later: its length stays until somebody changes the end.
function keepLength(later) {
  const end = form.elements.end_time, ends = meant(end, read(stoodOf(end).value)?.at);
  const nearer = (later + DAY) % DAY;
  if (ends !== null) set(end, ends + (nearer > DAY / 2 ? nearer - DAY : nearer));
}

// The days of a template hold until somebody chooses: the first day that is ticked by hand takes their place.
function ownDays({ target }) {
  const filled = form.querySelector("[data-filled]");
  if (target.name !== "weekdays" || !filled) return;
  delete filled.dataset.filled;
  if (!target.checked) return;
  for (const box of form.querySelectorAll("[name=weekdays]:checked")) box.checked = box === target;
}

// The first date is the next of the chosen days, until somebody writes another one.
const first = form.elements.starts_on;
let filled = form.elements.uid?.value ? first?.value : "";

function fillFirst({ target }) {
  if (!first || !["weekdays", "repeats"].includes(target.name) || first.value !== filled) return;
  if (!["weekly", "biweekly", "weeks"].includes(valueOf("repeats"))) return;
  const days = [...form.querySelectorAll("[name=weekdays]:checked")].map(({ value }) => Number(value));
  const next = new Date();
  do next.setDate(next.getDate() + 1);
  while (days.length && !days.includes((next.getDay() + 6) % 7));
  const pad = (number) => String(number).padStart(2, "0");
  filled = days.length ? `${next.getFullYear()}-${pad(next.getMonth() + 1)}-${pad(next.getDate())}` : "";
  first.value = filled;
}

// The panel kept in step with what was typed: who saves now has seen what it does, or typed a moment ago.
function seen() {
  if (form.elements.looked) form.elements.looked.value = "live";
}

form.addEventListener("change", writeOut);
form.addEventListener("submit", seen);
form.addEventListener("input", oneOfBoth);
form.addEventListener("change", showWhatMatters);
form.addEventListener("change", ownDays);
form.addEventListener("change", fillFirst);
wide.addEventListener("change", foldOrUnfold);
fold.querySelector("summary").addEventListener("click", (event) => {
  if (wide.matches) event.preventDefault();
});
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  const draft = form.querySelector("[data-draft]");
  if (!draft) return;
  event.preventDefault();
  form.requestSubmit(draft);
});

// The button of a clash goes with its choice: the focus goes on to the same date in the list, or stays in the panel.
function keepFocus({ elt }) {
  if (elt?.name !== "toggle" || document.activeElement !== document.body) return;
  const panel = document.getElementById("panel");
  (document.getElementById(`toggle-${elt.value}`) ?? panel.querySelector("button"))?.focus();
}

document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  if (target.id !== "panel") return;
  keepFocus(detail.requestConfig ?? {});
  say(document.getElementById("sentence").textContent);
});

form.classList.add("scripted");
showWhatMatters();
foldOrUnfold();
