// One row beside the list: opened and closed without a reload, its times, and its note, which is never lost.
import { say } from "./say.js";
import { mainOf } from "./sheet-keys.js";
import { reached } from "./sheet-line.js";
import { home, itemOf, list, marks, narrow, panel, sheet, snack } from "./sheet-page.js";
import { queue } from "./sheet-queue.js";
import { ask } from "./sheet-send.js";
import { fail } from "./sheet-snack.js";

const drafts = new Map();
let wanted = null;

export async function openPanel(id) {
  let found;
  wanted = id;
  keepNote();
  try {
    const response = await ask(marks.dataset.row + id);
    found = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("panel");
    reached(true);
  } catch {
    reached(false);
    fail(snack.dataset.offline);
    return;
  }
  // Closed meanwhile, or another row was opened.
  if (wanted !== id) return;
  // Signed out, or the row is gone: the page itself says what to do.
  if (!found) {
    location.assign(`${home}?row=${id}`);
    return;
  }
  panel()?.remove();
  sheet.append(found);
  sheet.classList.add("has-panel");
  for (const tile of list.querySelectorAll(".tile")) {
    tile.classList.toggle("is-open", tile.parentElement.id === `r${id}`);
  }
  furnish();
  if (!narrow.matches) itemOf(id)?.scrollIntoView({ block: "nearest" });
  panel().querySelector("h2").focus();
}

export function closePanel() {
  const id = panel()?.dataset.row;
  wanted = null;
  if (!id) return;
  keepNote();
  history.replaceState(null, "", home + location.search.replace(/([?&])row=[^&]*&?/, "$1").replace(/[?&]$/, ""));
  panel().remove();
  sheet.classList.remove("has-panel");
  rest();
  const item = itemOf(id);
  item?.querySelector(".tile").classList.remove("is-open");
  if (item) mainOf(item).focus();
}

// What needs script is shown, and a note that is not kept yet stands where it was typed.
export function furnish() {
  for (const button of panel()?.querySelectorAll("[data-step], [data-now]") || []) button.hidden = false;
  if (drafts.has(panel()?.dataset.row)) {
    const note = document.getElementById("note");
    note.value = drafts.get(panel().dataset.row);
    note.closest("details").open = true;
  }
  rest();
}

// Where the panel rises from below it is a dialog, and the rest of the page is inert while it is open.
function rest() {
  if (panel() && narrow.matches) {
    panel().setAttribute("role", "dialog");
    panel().setAttribute("aria-modal", "true");
  } else if (panel()) {
    panel().removeAttribute("role");
    panel().removeAttribute("aria-modal");
  }
  for (const element of sheet.children) {
    element.toggleAttribute("inert", Boolean(panel()) && narrow.matches && element !== panel());
  }
}

// A note that was typed and not yet kept is kept before its row closes or changes.
export function keepNote() {
  const note = document.getElementById("note");
  if (!note || note.value === note.defaultValue) return;
  note.defaultValue = note.value;
  const id = panel().dataset.row;
  drafts.set(id, note.value);
  queue(note.form, {}, (answer) => {
    drafts.delete(id);
    say(answer.snack.words);
  });
}

// An empty field counts from the time it shows as a placeholder; midnight is passed in both directions.
function step(button) {
  const field = document.getElementById(button.dataset.for);
  const [hours, minutes] = (field.value || field.placeholder).split(/[:.]/).map(Number);
  const moved = ((hours * 60 + minutes + Number(button.dataset.step)) % 1440 + 1440) % 1440;
  field.value = `${String(Math.floor(moved / 60)).padStart(2, "0")}:${String(moved % 60).padStart(2, "0")}`;
}

// Now, where the group meets: the tablet may think it is elsewhere.
function setNow(button) {
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: button.dataset.now };
  document.getElementById(button.dataset.for).value = new Intl.DateTimeFormat("en", clock).format(new Date());
}

addEventListener("click", (event) => {
  const target = event.target.closest?.("a.tile-more, [data-close], [data-step], [data-now]");
  // The dimmed rest of the page is the sheet itself: a tap there closes.
  if (event.target === sheet && panel() && narrow.matches) closePanel();
  if (!target || !marks) return;
  if (target.matches(".tile-more")) {
    event.preventDefault();
    openPanel(target.closest("li").id.slice(1));
  } else if (target.matches("[data-close]")) {
    event.preventDefault();
    closePanel();
  } else if (target.matches("[data-step]")) step(target);
  else setNow(target);
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel()) closePanel();
});
narrow.addEventListener("change", rest);
