// The snack: what was just done, with its undo, or what could not be done. Screen readers hear the same.
import { say } from "./say.js";
import { warns } from "./sheet-line.js";
import { marks, snack } from "./sheet-page.js";

export function tell(done) {
  snack.hidden = false;
  warns(snack, Boolean(done.failed));
  snack.querySelector("span").textContent = done.words;
  snack.elements.name.value = done.undo;
  snack.querySelector("button").hidden = !done.undo;
}

export function fail(words, undo = "") {
  tell({ words, undo, failed: true });
  say(words);
}

export function announce(answer) {
  const row = answer.rows[0];
  if (!row) return;
  const count = (key) => answer.counters.find((one) => one.key === key)?.count || 0;
  const all = answer.counters.reduce((sum, one) => sum + one.count, 0);
  const words = marks.dataset.of.replace("{0}", count("here") + count("late")).replace("{1}", all);
  say(`${row.label}, ${row.line}, ${words}`);
}
