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
let { ask, mode } = facts;
// The moment, by the server's clock, at which everything stood as it is told here.
let as = facts.at ?? facts.now;
// Whether all rows are here: a page that shows some, or that was kept, asks for all once.
let whole = !facts.part;

const timeOf = (time) => (typeof time === "string" ? Date.parse(time) : time ?? null);

function fromWire(row) {
  const times = ({ time_in, time_out }) => ({ time_in: timeOf(time_in), time_out: timeOf(time_out) });
  const two = (row.two || []).map((one) => ({ ...one, ...times(one) }));
  return { ...EMPTY, ...row, two, ...times(row) };
}

for (const row of facts.rows ?? []) base.set(row.id, fromWire(row));
for (const item of list.children) {
  const label = item.querySelector("strong").firstChild;
  const name = item.classList.contains("has-two") ? label.nextSibling : label;
  const id = item.id.slice(1);
  const hint = item.querySelector(".note-new")?.textContent ?? "";
  const { found, row = "{}" } = item.dataset;
  base.set(id, fromWire({ since: facts.since, ...JSON.parse(row), found, id, label: name.textContent, hint }));
}

// How somebody found at the door is called until the row is there: never kept.
export const labels = new Map();

// One's own, and what others made on this tablet: it sends those too, and until then nobody marks them again unseen.
export const entries = () => queue.of(facts.uid).filter((entry) => queue.sends(entry))
  .map((entry) => ({ ...entry, label: labels.get(entry.id) }));
export const baseOf = (id) => base.get(id);
// Whether the server has a mark whose time depends on how the sheet is marked, which nobody has said yet.
export const asks = () => Boolean(ask);
export const modeNow = () => modeOf(mode, entries());
export const rowsNow = () => projected(base, entries(), meeting, modeNow());
// Of whom, or of what, an operation is: how a sentence about it begins.
export const subjectOf = ({ op, touches }) =>
  (op.kind !== "bulk" && rowsNow().get(touches[0])?.label) || words[op.kind] || words.mark;
// What to ask for: all that came after a version, null for all there is.
export const versionSeen = () => (whole ? told : null);
export const asOf = () => as;
export const isKept = () => Boolean(facts.at) && as === facts.at;

// An answer, to what was done here or to the question of what others did: the rows that others changed come back.
export function take(data, asked) {
  const changed = [];
  const all = asked && !whole;
  if (all) for (const id of base.keys()) if (!data.rows.some((row) => row.id === id)) base.delete(id);
  for (const row of data.rows || []) {
    const known = base.get(row.id);
    if (known && known.version > row.version) continue;
    if (asked && !all && (!known || known.version < row.version)) changed.push(row);
    base.set(row.id, fromWire(row));
  }
  for (const id of data.gone || []) base.delete(id);
  if (data.arrival !== undefined) [mode, ask] = [data.arrival, data.ask];
  // Only what was asked for tells everything up to its version.
  if (asked) [told, whole] = [data.version, true];
  return changed;
}

// The server said that everything stands as it does here.
export function isFresh(moment) {
  as = moment;
}

// This sheet as it can be opened without a line; null before all of it is here.
export function snapshot() {
  const kept = { ...facts, ask, mode, version: told, part: true, now: null, at: undefined, rows: undefined };
  return whole && { facts: kept, rows: [...base.values()], at: as };
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

