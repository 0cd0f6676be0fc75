// The attendance sheet, alive: everything done on it is an operation, made at the tap, shown at once, kept until it is
// answered (sheet-queue). The rows stand as the server told them last, with what waits over them (sheet-state); they
// are drawn where they changed (sheet-rows, sheet-panel, sheet-end), and the chip and the strips say the rest.
import { deafen } from "./sheet-deaf.js";
import { showChip } from "./sheet-chip.js";
import { finish, followEnd, showEnding } from "./sheet-end.js";
import { heard } from "./sheet-heard.js";
import { keepSoon } from "./sheet-keep.js";
import { listen, rove } from "./sheet-keys.js";
import "./sheet-letters.js";
import "./sheet-list.js";
import { guard } from "./sheet-leave.js";
import { everyone, mark, retell, undo } from "./sheet-marks.js";
import { facts, itemOf, list, panel, snack } from "./sheet-page.js";
import { follow, keepNote, markInPanel, openPanel } from "./sheet-panel.js";
import { startPolling } from "./sheet-poll.js";
import { on, queue, start } from "./sheet-queue.js";
import { begin, render } from "./sheet-rows.js";
import { filter, foundOne } from "./sheet-sift.js";
import "./sheet-sort.js";
import { showHow } from "./sheet-strip.js";
import { walkIn } from "./sheet-walk-in.js";

// A second tap of a shaky hand is not a second wish.
const SHAKY = 700;

function tap(value, inPanel) {
  const [id, , what] = value.split(".");
  if (what === "open") openPanel(id);
  else if (inPanel) markInPanel(what);
  // Where the other tiles come back, the second tap would be on one of them.
  else if (mark(id, what)) deafen(foundOne() ? list : itemOf(id), SHAKY);
}

const ways = [
  ["[data-marks]", (form, button) => tap(button.value, Boolean(form.closest("#panel")))],
  ["#everyone", everyone],
  ["#snack", () => undo(snack.elements.name.value)],
  ["[data-note]", keepNote],
  ["form[data-finish]", finish],
  [".counts", (_form, button) => button?.dataset.only && filter(button.dataset.only)],
];

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const way = ways.find(([which]) => form.matches(which));
  if (submitter?.hasAttribute("formaction")) {
    event.preventDefault();
    walkIn(document.getElementById("q").value);
  } else if (way) {
    event.preventDefault();
    way[1](form, submitter);
  }
});
addEventListener("click", (event) => {
  if (!event.target.closest?.("a[data-finish]")) return;
  event.preventDefault();
  finish();
});

guard();
on("heard", heard);
on("changed", () => {
  render();
  follow();
  followEnd();
  showEnding();
  showHow();
  retell();
  showChip();
  keepSoon();
  // For stay.js: without a line nobody is asked to stay signed in.
  const stay = document.getElementById("stay");
  stay?.toggleAttribute("data-apart", queue.line === "offline");
  stay?.setAttribute("data-waiting", queue.mine.length);
});
begin();
rove();
listen((id, what) => mark(id, what), openPanel);
start();
startPolling();
if (panel()) {
  const { row } = panel().dataset;
  openPanel(row);
  itemOf(row)?.scrollIntoView({ block: "nearest" });
  // After a time that could not be kept this is the address of a form: to load it again is to open the sheet.
  if (!location.search) history.replaceState(null, "", `${facts.home}?row=${row}`);
} else queue.changed();
