// A tap on a status, and the acts of the foot: "Everyone else is here" and Undo.
import { say } from "./say.js";
import { mainOf } from "./sheet-keys.js";
import { itemOf, panel, snack } from "./sheet-page.js";
import { closePanel, keepNote, openPanel } from "./sheet-panel.js";
import { queue } from "./sheet-queue.js";
import { newId } from "./sheet-send.js";
import { announce, fail } from "./sheet-snack.js";

const STAYS = ["late", "left", "times"];

// `value` is what the button says: row, version of the row as it was drawn, mark.
export function mark(form, value) {
  const [id, , what] = value.split(".");
  if (what === "open") return openPanel(id);
  const item = itemOf(id);
  // A second tap of a shaky hand is not a second wish.
  if (item?.hasAttribute("aria-busy")) return undefined;
  item?.setAttribute("aria-busy", "true");
  keepNote();
  queue(form, { mark: value, op: newId(), ...typedTimes(form) }, (answer) => {
    announce(answer);
    if (!panel()) return;
    if (STAYS.includes(what) || itemOf(id)?.classList.contains("has-two")) openPanel(id);
    else closePanel();
  }, () => unsaved(itemOf(id)));
  return undefined;
}

export function act(form) {
  // The name of what is taken back, before the answer to something else changes the snack.
  const undone = form === snack ? form.elements.name.value : "";
  queue(form, undone ? {} : { op: newId() }, (answer) => {
    say(answer.snack.words);
    if (document.activeElement === document.body) goOnFrom(answer);
  }, () => fail(snack.dataset.unsaved, undone));
}

function unsaved(item) {
  const line = item.querySelector(".tile-main > span > span");
  item.removeAttribute("aria-busy");
  item.classList.add("is-unsaved");
  if (line) line.textContent = snack.dataset.line;
  fail(snack.dataset.row.replace("…", item.dataset.name));
}

// The button that had the focus is gone: go on with the one that takes this back, else with the person it was about.
function goOnFrom(answer) {
  const button = snack.querySelector("button");
  const item = answer.rows.length ? itemOf(answer.rows[0].id) : null;
  const next = button.hidden ? item && mainOf(item) : button;
  next?.focus({ preventScroll: true });
}

// Times changed beside a status go with it: "Late", after 9:40 was typed, is late at 9:40.
function typedTimes(form) {
  const fields = [...(form.closest(".panel")?.querySelectorAll(".times input") || [])];
  const typed = fields.filter((one) => one.value !== one.defaultValue);
  return Object.fromEntries(typed.map((one) => [one.name, one.value]));
}
