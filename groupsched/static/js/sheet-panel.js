// One row over the list: opened and closed without a reload, alive while others mark. Its note is never lost.
import { say } from "./say.js";
import { deafen, deafenPlace } from "./sheet-deaf.js";
import { fill, history, newPanel } from "./sheet-fill.js";
import { mainOf } from "./sheet-keys.js";
import { did, mark, refuse } from "./sheet-marks.js";
import { rest } from "./sheet-over.js";
import { facts, gap, itemOf, list, meeting, narrow, panel, sheet, words } from "./sheet-page.js";
import { act } from "./sheet-queue.js";
import { tell } from "./sheet-snack.js";
import { baseOf, rowsNow } from "./sheet-state.js";
import { clockIn, setNow, step, typedIn } from "./sheet-times.js";

const NEW = 400;
const STAYS = ["late", "left", "times"];
const rowNow = () => rowsNow().get(panel()?.dataset.row);

export function openPanel(id) {
  const row = rowsNow().get(id);
  if (!row) return;
  keepNote();
  panel()?.remove();
  const found = newPanel(id);
  sheet.append(found);
  sheet.classList.add("has-panel");
  fill(found, row);
  deafen(found, NEW);
  for (const tile of list.querySelectorAll(".tile")) {
    tile.classList.toggle("is-open", tile.parentElement.id === `r${id}`);
  }
  found.querySelector(".history")?.closest("details").addEventListener("toggle", ({ target }) => {
    if (target.open) history(target, id);
  });
  rest();
  found.querySelector("h2").focus({ preventScroll: true });
}

function closePanel() {
  const id = panel()?.dataset.row;
  if (!id) return;
  keepNote();
  const asked = location.search.replace(/([?&])row=[^&]*&?/, "$1").replace(/[?&]$/, "");
  window.history.replaceState(null, "", facts.home + asked);
  deafenPlace(panel().getBoundingClientRect(), NEW);
  panel().remove();
  sheet.classList.remove("has-panel");
  rest();
  const item = itemOf(id);
  item?.querySelector(".tile").classList.remove("is-open");
  if (item) mainOf(item).focus({ preventScroll: true });
}

// What others did, and what was done here, shows at once; a row that is gone closes.
export function follow() {
  if (!panel()) return;
  const row = rowNow();
  if (row) fill(panel(), row);
  else closePanel();
}

// A note that was typed and not yet kept is kept before its row closes or changes.
export function keepNote() {
  const note = panel()?.querySelector("textarea");
  if (!note || note.value === (note.dataset.was ?? "")) return;
  const { row } = panel().dataset;
  const was = note.dataset.was ?? "";
  note.dataset.was = note.value;
  act("note", { attendee_id: row, base_version: baseOf(row)?.version ?? 0, text: note.value, was }, { touches: [row] });
  const told = gap(words.noted, rowsNow().get(row)?.label ?? "");
  tell(told);
  say(told);
}

// A button of the panel says of its row what stands in it; the panel stays where more may follow.
export function markInPanel(what) {
  const typed = typedIn(panel(), what === "times");
  if (typed === false) return refuse(gap(words.unread, clockIn(meeting.start)));
  keepNote();
  const wasTorn = rowNow()?.two.length > 0;
  for (const field of panel().querySelectorAll(".times input")) field.dataset.was = field.value;
  const entry = mark(panel().dataset.row, what, typed);
  if (entry && !STAYS.includes(what) && !wasTorn) closePanel();
  return entry;
}

function remove() {
  const row = rowNow();
  const entry = act("remove", { attendee_id: row.id, base_version: baseOf(row.id)?.version ?? 0 },
    { touches: [row.id], back: {} });
  const told = gap(words.removed, row.label);
  did(entry, told);
  say(told);
}

addEventListener("click", (event) => {
  const target = event.target.closest?.(".tile > a, [data-close], [data-step], [data-now], [data-remove]");
  // The dimmed rest of the page is the sheet itself: a tap there closes.
  if (event.target === sheet && panel() && narrow.matches) closePanel();
  if (!target) return;
  if (target.matches("a")) event.preventDefault();
  if (target.matches(".tile > a")) openPanel(target.closest("li").id.slice(1));
  else if (target.matches("[data-close]")) closePanel();
  else if (target.matches("[data-remove]")) remove();
  else if (target.matches("[data-step]")) step(target);
  else setNow(target);
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel()) closePanel();
});
narrow.addEventListener("change", rest);
