// What an answer of the queue changes in the page: rows, words for what was not taken, the way on when it is finished.
import { say } from "./say.js";
import { followEnd, finish } from "./sheet-end.js";
import { cameLate } from "./sheet-chip.js";
import { letGo } from "./sheet-keep.js";
import { home } from "./sheet-leave.js";
import { did } from "./sheet-marks.js";
import { facts, gap, snack, words } from "./sheet-page.js";
import { fail } from "./sheet-snack.js";
import { lineOf, rowsNow, subjectOf, take } from "./sheet-state.js";
import { isElsewhere } from "./sheet-strip.js";

function tellOf({ entry, outcome, reason, code }) {
  const label = subjectOf(entry);
  if (outcome === "conflict") fail(entry.op.kind === "undo" ? words.changed : gap(words.torn, label));
  if (outcome === "refused" && code === "left-choices") {
    say(reason || "");
    finish();
  } else if (outcome === "refused") fail(gap(words.notKept, label, reason || "").trim());
  if (outcome === "review") {
    cameLate([entry.id]);
    fail(gap(words.review, label, reason || "").trim());
  }
}

// Whoever was added is called as the server says from now on, also where that can be taken back.
function nameAnew({ entry, row }) {
  if (!row || !["walk_in", "guest"].includes(entry.op.kind)) return;
  Object.assign(entry, { touches: [row.id], back: { [row.id]: null } });
  const now = rowsNow().get(row.id);
  if (now && snack.elements.name.value === entry.id) did(entry, gap(words.did, now.label, lineOf(now)));
}

export function heard(data, settled, sheet) {
  // For stay.js: the server has heard of this person, the sign-in does not rest.
  document.dispatchEvent(new Event("heard"));
  document.dispatchEvent(new Event("known"));
  if (sheet !== facts.uid) return;
  take(data, false);
  settled.forEach(nameAnew);
  for (const one of settled) if (!one.entry.held) tellOf(one);
  followEnd();
  const taken = settled.filter(({ outcome }) => outcome === "applied" || outcome === "duplicate");
  if (taken.some(({ entry }) => entry.op.kind === "finish")) letGo().then(home);
  else if (data.finished) isElsewhere();
}
