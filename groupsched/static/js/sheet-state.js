// The rows of this sheet: as the server told them last, and as they stand with what waits.
import { clockWritten } from "./clock.js";
import { facts, gap, list, locale, meeting, words } from "./sheet-page.js";
import { modeOf, projected } from "./sheet-project.js";
import { queue } from "./sheet-queue.js";
import { isLate, leftEarly, untouched } from "./sheet-rules.js";

const EMPTY = { version: 0, status: "unmarked", standing: "expected", two: [], hint: "", note: "", note_text: "",
  found: "", since: "", own: false, removable: false };
const base = new Map();
let told = facts.version;
let { mode } = facts;

const timeOf = (iso) => (iso ? Date.parse(iso) : null);

function fromWire(row) {
  const times = ({ time_in, time_out }) => ({ time_in: timeOf(time_in), time_out: timeOf(time_out) });
  const two = (row.two || []).map((one) => ({ ...one, ...times(one) }));
  return { ...EMPTY, ...row, two, ...times(row) };
}

for (const item of list.children) {
  const label = item.querySelector("strong").firstChild;
  const name = item.classList.contains("has-two") ? label.nextSibling : label;
  const id = item.id.slice(1);
  const hint = item.querySelector(".note-new")?.textContent ?? "";
  base.set(id, fromWire({ ...JSON.parse(item.dataset.row), id, label: name.textContent, hint }));
}

// How somebody found at the door is called until the row is there: never kept.
export const labels = new Map();

export const entries = () => queue.of(facts.uid).filter(({ op }) => op.actor === facts.who)
  .map((entry) => ({ ...entry, label: labels.get(entry.id) }));
export const baseOf = (id) => base.get(id);
export const modeNow = () => modeOf(mode, entries());
export const rowsNow = () => projected(base, entries(), meeting, modeNow());
export const versionSeen = () => told;

// An answer, to what was done here or to the question of what others did: the rows that others changed come back.
export function take(data, asked) {
  const changed = [];
  for (const row of data.rows || []) {
    const known = base.get(row.id);
    if (known && known.version > row.version) continue;
    if (asked && (!known || known.version < row.version)) changed.push(row);
    base.set(row.id, fromWire(row));
  }
  for (const id of data.gone || []) base.delete(id);
  if (data.arrival !== undefined) mode = data.arrival;
  // Only what was asked for tells everything up to its version.
  if (asked) told = data.version;
  return changed;
}

export const answerOf = ({ status, time_in, time_out }) => ({ status, time_in, time_out, two: [] });

// A row in words: `Here 08:58`, `Late 09:14, left 10:05`, `Excused`.
export function lineOf(row) {
  if (row.two.length) return words.two;
  if (untouched(row) && words[row.standing] && ["lately", "not_yet"].includes(row.standing)) return words[row.standing];
  if (row.status !== "present") return words[row.status];
  const clock = (moment) => (moment === null ? "" : clockWritten(locale, moment, facts.zone));
  const came = gap(isLate(row, meeting) ? words.late : words.here, clock(row.time_in)).trim();
  return leftEarly(row, meeting) ? gap(words.left, came, clock(row.time_out)) : came;
}

