// The panel of one row, drawn from the page's own template: no request is needed. Drawn again under the hand, what was
// typed stays.
import { answers, make } from "./sheet-draw.js";
import { facts, locale, meeting, words } from "./sheet-page.js";
import { time } from "./sheet-queue.js";
import { isLate, leftEarly, untouched } from "./sheet-rules.js";
import { tileFor } from "./sheet-rows.js";
import { clockIn } from "./sheet-times.js";

const OVER = 7_200_000;
const template = document.getElementById("row-panel");

export function newPanel(id) {
  const panel = template.content.firstElementChild.cloneNode(true);
  panel.dataset.row = id;
  for (const button of panel.querySelectorAll("[data-step], [data-now]")) button.hidden = false;
  for (const button of panel.querySelectorAll("[data-now]")) button.dataset.now = facts.zone;
  panel.querySelector(".times").dataset.locale = locale;
  const [came, went] = panel.querySelectorAll(".times input");
  came.placeholder = clockIn(meeting.start);
  went.placeholder = clockIn(meeting.end);
  return panel;
}

const shows = (element, is) => { if (element) element.hidden = !is; };

function pressed(row) {
  const { status } = row;
  if (row.two.length || status === "unmarked") return [];
  if (status !== "present") return [status];
  const [late, left] = [isLate(row, meeting), leftEarly(row, meeting)];
  return [late ? "late" : "", left ? "left" : "", late || left ? "" : "here"];
}

function sayOf(row) {
  if (row.standing === "guest") return words.guestSays;
  return row.standing === "walk_in" ? words.walkInSays : row.since;
}

// A field that nobody changed follows the row.
function follow(field, value) {
  if (field.value === (field.dataset.was ?? field.defaultValue)) field.value = value;
  field.dataset.was = value;
}

function torn(panel, row) {
  const box = panel.querySelector("[data-torn]");
  shows(box, row.two.length);
  const buttons = answers(row, false);
  const there = [...box.querySelectorAll("button")].map(({ value }) => value).join();
  if (there !== buttons.map(({ value }) => value).join()) box.querySelector(".two").replaceChildren(...buttons);
}

export function fill(panel, row) {
  const tile = tileFor(row);
  panel.querySelector("h2").textContent = row.label;
  panel.querySelector("[data-since]").textContent = sayOf(row) || "";
  const aside = panel.querySelector("[data-aside]");
  shows(aside, row.aside);
  aside.textContent = row.aside || "";
  torn(panel, tile);
  const on = pressed(row);
  const early = time.now() < meeting.start + meeting.grace;
  for (const button of panel.querySelectorAll("[data-mark]")) {
    const what = button.dataset.mark;
    button.value = `${row.id}.${row.version}.${what}`;
    button.setAttribute("aria-pressed", String(on.includes(what)));
    button.disabled = Boolean(row.own) || (what === "late" && early && !on.includes("late"));
  }
  // On an old sheet now is no time of its meeting.
  const over = time.now() > meeting.end + OVER;
  for (const button of panel.querySelectorAll("[data-now]")) button.disabled = over;
  for (const button of panel.querySelectorAll("[value$='.times'], [value$='.clear']")) {
    button.value = `${row.id}.${row.version}.${button.value.split(".").pop()}`;
  }
  const [came, went] = panel.querySelectorAll(".times input");
  follow(came, row.time_in === null ? "" : clockIn(row.time_in));
  follow(went, row.time_out === null ? "" : clockIn(row.time_out));
  const note = panel.querySelector("textarea");
  if (row.note_text && note.value === (note.dataset.was ?? "")) note.closest("details").open = true;
  follow(note, row.note_text);
  note.form.hidden = Boolean(row.own);
  shows(panel.querySelector("[data-clears]"), !untouched(row));
  shows(panel.querySelector("[data-remove]"), row.removable);
}

// The history of a mark is asked for when somebody wants to see it, where there is a line.
export async function history(details, id) {
  const response = await fetch(`${facts.home}/row/${id}`).catch(() => null);
  const page = response?.ok && !response.redirected ? await response.text() : "";
  const found = new DOMParser().parseFromString(page, "text/html").querySelector(".history");
  const empty = () => make("p", { class: "muted" }, page ? "–" : words.noMore);
  details.querySelector(".history, p").replaceWith(found || empty());
}
