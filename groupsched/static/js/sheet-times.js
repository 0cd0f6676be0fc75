// The times of a row: five minutes more or less, now, and what is typed as moments beside the meeting.
import { clockWritten, read, written, writtenMoment } from "./clock.js";
import { facts, locale, meeting } from "./sheet-page.js";
import { time } from "./sheet-queue.js";
import { clockAt } from "./sheet-wall.js";

export const clockIn = (moment) => clockWritten(locale, moment, facts.zone);

// An empty field counts from the time it shows as a placeholder.
export function step(button) {
  const field = document.getElementById(button.dataset.for);
  const from = read(field.value || field.placeholder);
  if (from) field.value = written(field, from.at + Number(button.dataset.step));
}

// Now, where the group meets: the tablet may think it is elsewhere, or later.
export function setNow(button) {
  const field = document.getElementById(button.dataset.for);
  field.value = writtenMoment(field, new Date(time.now()), button.dataset.now);
}

// A field as a moment, null where it is empty, undefined where it is no time.
function moment(field) {
  if (!field.value.trim()) return null;
  const found = read(field.value);
  if (!found || found.at >= 24 * 60) return undefined;
  const halves = found.sure || found.at < 60 ? [found.at] : [found.at, (found.at + 720) % 1440];
  const twelve = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12;
  return clockAt(twelve ? halves : [found.at], meeting, facts.zone);
}

// Times changed beside a button go with it: "Late", after 9:40 was typed, is late at 9:40. `all` takes those that were
// not changed too. Null where there is nothing to say, false where a field cannot be read.
export function typedIn(panel, all) {
  const fields = [...panel.querySelectorAll(".times input")];
  const changed = fields.filter((field) => all || field.value !== field.dataset.was);
  const typed = { time_in: null, time_out: null };
  for (const field of changed) typed[field.name] = moment(field);
  const wrong = fields.find((field) => typed[field.name] === undefined);
  for (const field of fields) field.toggleAttribute("aria-invalid", field === wrong);
  if (wrong) wrong.focus();
  return wrong ? false : changed.length ? typed : null;
}
