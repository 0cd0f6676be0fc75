// The rows as they will stand when all that waits is answered: what the server told last, and over it, oldest first,
// what was done here since. A tile never waits for a line.
import { isOpen, timeInFor } from "./sheet-rules.js";

const NEW = {
  version: 0, two: [], hint: "", note: "", note_text: "", found: "", since: "", own: false, removable: true,
};

// How the sheet is marked: the last answer given here comes before the server's.
export function modeOf(mode, entries) {
  const last = entries.filter(({ op, aside }) => op.kind === "how" && !aside).pop();
  return last ? last.op.mode : mode;
}

function marked(row, op, meeting, mode) {
  const came = op.auto ? timeInFor(mode, meeting, Date.parse(op.observed_at)) : timeOf(op.time_in);
  return { ...said(row), status: op.status, time_in: came, time_out: timeOf(op.time_out) };
}

const timeOf = (iso) => (iso ? Date.parse(iso) : null);

const said = (row) => ({ ...row, two: [], hint: "", note: row.removable ? row.note : "", waits: true });

function added(entry, meeting, mode) {
  const { op, label } = entry;
  const came = timeInFor(mode, meeting, Date.parse(op.observed_at));
  const standing = op.kind === "guest" ? "guest" : "walk_in";
  return { ...NEW, id: op.op_id, label: op.name || label || "", standing, status: "present", time_in: came,
    time_out: null, waits: true };
}

// What is taken back was answered long ago: the row is again what it was when that was done.
function back(rows, entry) {
  for (const [id, was] of Object.entries(entry.back || {})) {
    if (was && rows.has(id)) rows.set(id, { ...rows.get(id), ...was, waits: true });
    else if (!was) rows.delete(id);
  }
}

function change(rows, entry, meeting, mode) {
  const { op } = entry;
  const row = rows.get(op.attendee_id);
  if (op.kind === "walk_in" || op.kind === "guest") rows.set(op.op_id, added(entry, meeting, mode));
  else if (op.kind === "undo") back(rows, entry);
  else if (op.kind === "bulk") {
    const here = { status: "present", time_in: meeting.start, time_out: null };
    for (const one of op.rows.map((id) => rows.get(id))) {
      if (one && isOpen(one)) rows.set(one.id, { ...said(one), ...here });
    }
  } else if (!row) return;
  else if (op.kind === "note") rows.set(row.id, { ...row, note_text: op.text, waits: true });
  else if (op.kind === "remove") rows.delete(row.id);
  else if (op.kind === "mark" || op.kind === "resolve") rows.set(row.id, marked(row, op, meeting, mode));
}

// `base` is a Map of rows by id; `entries` are those of this sheet, oldest first.
export function projected(base, entries, meeting, mode) {
  const now = modeOf(mode, entries);
  const waiting = new Set(entries.filter(({ aside }) => !aside).map(({ op }) => op.op_id));
  const undone = new Set(entries.filter(({ op, aside }) => op.kind === "undo" && !aside).map(({ op }) => op.undoes));
  const rows = new Map(base);
  for (const entry of entries) {
    const { op, aside } = entry;
    if (aside) {
      const row = rows.get(op.attendee_id);
      if (row) rows.set(row.id, { ...row, aside });
    } else if (op.kind === "undo" && waiting.has(op.undoes)) {
      for (const id of entry.touches) if (rows.has(id)) rows.set(id, { ...rows.get(id), waits: true });
    } else if (!undone.has(op.op_id)) change(rows, entry, meeting, now);
  }
  return rows;
}
