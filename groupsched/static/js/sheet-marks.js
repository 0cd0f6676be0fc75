// What a tap does: a mark, everyone else, an undo. The operation is made with what stands at that moment; nothing is
// read when it is sent.
import { say } from "./say.js";
import { ends } from "./sheet-end.js";
import { mainOf } from "./sheet-keys.js";
import { gap, itemOf, meeting, snack, words } from "./sheet-page.js";
import { act, queue, time } from "./sheet-queue.js";
import { counted, isOpen, meant, shown } from "./sheet-rules.js";
import { fail, tell } from "./sheet-snack.js";
import { answerOf, baseOf, lineOf, modeNow, rowsNow } from "./sheet-state.js";
import { asksSoon } from "./sheet-strip.js";
import { clockIn } from "./sheet-times.js";

const EARLY = 7_200_000;
// So far the watch of whoever types a time may be ahead.
const AHEAD = 900_000;
const done = new Map();
const undone = new Set();

const iso = (moment) => (moment === null ? null : new Date(moment).toISOString());

// Nobody is here yet, nor can anybody come.
export const isEarly = () => time.now() < meeting.start - EARLY;

function forbidden(row, said, what, typed) {
  if (ends()) return words.ended;
  if (row.own) return words.own;
  if (said.status === "present" && isEarly()) return words.early;
  if (typed && said.time_in > Math.max(time.now() + AHEAD, meeting.start)) return words.future;
  if (typed && said.time_out !== null && said.time_out < said.time_in) return words.order;
  const first = meeting.start + meeting.grace;
  return what === "late" && time.now() < first ? gap(words.lateFrom, clockIn(first)) : "";
}

export function refuse(why) {
  fail(why);
  return null;
}

// Says what was done, and keeps by what it can be taken back.
export function did(entry, told) {
  done.set(entry.id, entry);
  tell(told, entry.id);
}

function announce(row) {
  const rows = [...rowsNow().values()].filter(counted);
  const here = rows.filter((one) => ["here", "late"].includes(shown(one, meeting))).length;
  say(`${row.label}, ${lineOf(row)}, ${gap(words.of, here, rows.length)}`);
}

// What a button says of a row; `typed` are times beside it. The operation, or null where it cannot be meant.
export function mark(id, what, typed = null) {
  const row = rowsNow().get(id);
  if (!row) return null;
  const said = meant(what, row, meeting, modeNow(), time.now(), typed);
  const not = forbidden(row, said, what, typed);
  if (not) return refuse(not);
  const { kind, status, auto } = said;
  const comes = kind === "mark" && status === "present" && row.status !== "present";
  if (comes && asksSoon(() => mark(id, what, typed))) return null;
  const after = queue.lastOn(id);
  const fields = { attendee_id: id, base_version: baseOf(id)?.version ?? 0, ...(after ? { after } : {}), status,
    time_in: iso(said.time_in), time_out: iso(said.time_out), ...(kind === "mark" ? { auto } : {}) };
  const entry = act(kind, fields, { touches: [id], back: { [id]: answerOf(row) } });
  const now = rowsNow().get(id);
  did(entry, gap(words.did, row.label, lineOf(now)));
  announce(now);
  return entry;
}

export function everyone() {
  const rows = [...rowsNow().values()].filter((row) => isOpen(row) && !row.own);
  if (!rows.length) return null;
  if (ends()) return refuse(words.ended);
  if (isEarly()) return refuse(words.early);
  if (asksSoon(everyone)) return null;
  const ids = rows.map(({ id }) => id);
  const back = Object.fromEntries(rows.map((row) => [row.id, answerOf(row)]));
  const told = gap(words.all, ids.length);
  did(act("bulk", { rows: ids }, { touches: ids, back }), told);
  say(told);
  if (document.activeElement === document.body) snack.querySelector("button").focus({ preventScroll: true });
  return ids;
}

// What was just done may read otherwise since: how the sheet is marked was answered.
export function retell() {
  const entry = done.get(snack.elements.name.value);
  const row = entry?.op.kind === "mark" && rowsNow().get(entry.touches[0]);
  if (row && row.status === entry.op.status) {
    snack.querySelector("span").textContent = gap(words.did, row.label, lineOf(row));
  }
}

// Twice tapped is once: what was taken back is no longer there to be.
export function undo(id) {
  if (!id || undone.has(id)) return;
  if (ends()) {
    refuse(words.ended);
    return;
  }
  undone.add(id);
  // What the page came with was done before it: only the server knows what that touched.
  const { touches, back } = done.get(id) ?? { touches: [], back: {} };
  act("undo", { undoes: id }, { touches, back });
  const row = touches.length === 1 ? rowsNow().get(touches[0]) : null;
  const told = row ? gap(words.did, row.label, lineOf(row)) : words.undone;
  tell(told);
  say(told);
  const item = touches.length ? itemOf(touches[0]) : null;
  if (item && document.activeElement === document.body) mainOf(item).focus({ preventScroll: true });
}
