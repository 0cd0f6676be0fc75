// What a tap means, what a tile shows, how rows count: the twin of attendance/rules/*.py, which answers the same table
// of cases (tests/attendance/cases.json). Times are milliseconds since 1970, or null; `meeting` is {start, end, grace}.
const MINUTE = 60_000;
const GUESS = 15 * MINUTE;
const EARLY = 120 * MINUTE;
const TIMED = ["here", "late", "left", "times"];
const STATUS_OF = {
  here: "present", late: "present", left: "present", times: "present",
  excused: "excused", cancelled: "cancelled", absent: "absent", clear: "unmarked",
};
const LOOKS = {
  unmarked: "none", here: "here", late: "late", excused: "exc", cancelled: "off", absent: "gone", two: "two",
};

export const COUNTERS = Object.keys(LOOKS);

export const isLate = (row, meeting) =>
  row.status === "present" && row.time_in !== null && row.time_in > meeting.start + meeting.grace;

export const leftEarly = (row, meeting) =>
  row.status === "present" && row.time_out !== null && row.time_out < meeting.end;

export const untouched = (row) => row.status === "unmarked" && !row.two.length;

export const counted = (row) => row.standing === "expected" || !untouched(row);

// The rows that "Everyone else is here" fills, and that finishing asks for.
export const isOpen = (row) => untouched(row) && counted(row);

// The one counter a row is in; while two answers stand it is in theirs.
export function shown(row, meeting) {
  if (row.two.length) return "two";
  if (row.status !== "present") return row.status;
  return isLate(row, meeting) ? "late" : "here";
}

export const tintOf = (row, meeting) => LOOKS[shown(row, meeting)];

export function lookOf(row, meeting) {
  const seen = shown(row, meeting);
  return seen === "here" && leftEarly(row, meeting) ? "left" : LOOKS[seen];
}

export function totals(rows, meeting) {
  const tally = Object.fromEntries(COUNTERS.map((key) => [key, 0]));
  for (const row of rows) if (counted(row)) tally[shown(row, meeting)] += 1;
  return tally;
}

// Rows as asked for; those that are alike stay as they stand. By name the server alone sorts.
export function ordered(rows, sort, meeting) {
  const keys = { unmarked: (row) => (isOpen(row) ? 0 : 1), arrival: (row) => row.time_in ?? meeting.end };
  return [...rows].sort((one, other) => keys[sort](one) - keys[sort](other));
}

export const mustAsk = (mode, meeting, now) => !mode && meeting.start + meeting.grace < now && now < meeting.end;

// Nobody is asked whether they mean it who finishes so near the end.
export const endsSoon = (meeting, now) => now >= meeting.end - 5 * MINUTE;

// Now while people arrive; the start when the sheet is marked afterwards, or long before.
export function timeInFor(mode, meeting, now) {
  const atStart = mode === "afterwards" || now >= meeting.end || now < meeting.start - EARLY;
  return atStart ? meeting.start : now;
}

function lateTimeIn(meeting, now) {
  if (meeting.start + meeting.grace < now && now < meeting.end) return now;
  return meeting.start + Math.max(GUESS, meeting.grace + MINUTE);
}

function earlyTimeOut(meeting, now) {
  return meeting.start < now && now < meeting.end ? now : Math.max(meeting.end - GUESS, meeting.start);
}

const plain = (what) => ({ kind: "mark", status: STATUS_OF[what], time_in: null, time_out: null, auto: false });

function here(row, meeting, mode, now) {
  if (row.status !== "present") return { ...plain("here"), time_in: timeInFor(mode, meeting, now), auto: true };
  // On somebody who is here it says: on time, to the end; a time in that was on time stays.
  return { ...plain("here"), time_in: isLate(row, meeting) ? meeting.start : row.time_in };
}

function late(row, meeting, now) {
  const came = lateTimeIn(meeting, now);
  return { ...plain("late"), time_in: came, time_out: row.time_out >= came ? row.time_out : null };
}

function left(row, meeting, mode, now) {
  const came = row.time_in ?? Math.min(timeInFor(mode, meeting, now), meeting.start);
  return { ...plain("left"), time_in: came, time_out: Math.max(earlyTimeOut(meeting, now), came) };
}

function chosen(row, what) {
  const { status, time_in, time_out } = (what === "second" && row.two[1]) || row.two[0] || row;
  return { kind: "resolve", status, time_in, time_out, auto: false };
}

function guessed(what, row, meeting, mode, now) {
  if (what === "first" || what === "second") return chosen(row, what);
  if (what === "here") return here(row, meeting, mode, now);
  if (what === "late") return late(row, meeting, now);
  if (what === "left") return left(row, meeting, mode, now);
  return plain(what);
}

// Times typed beside a button come before what it would guess; with "times" they are all that is said.
export function meant(what, row, meeting, mode, now, typed = null) {
  const said = guessed(what, row, meeting, mode, now);
  if (!typed || !TIMED.includes(what)) return said;
  if (what !== "times") {
    const auto = said.auto && typed.time_in === null;
    return { ...said, time_in: typed.time_in ?? said.time_in, time_out: typed.time_out ?? said.time_out, auto };
  }
  if (typed.time_in !== null) return { ...said, ...typed };
  return { ...said, ...typed, time_in: timeInFor(mode, meeting, now), auto: true };
}
