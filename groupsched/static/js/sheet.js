// The attendance sheet, alive: taps without a reload, the row beside the list, filters and search in place, keys, a
// poll, the cover. Every act is the form that stands in the page; where an answer is not what it should be, that form
// is sent. sheet-rows and sheet-draw draw, sheet-snack and sheet-line tell, sheet-queue and sheet-send send.
import { listen, rove } from "./sheet-keys.js";
import { line } from "./sheet-line.js";
import { act, mark } from "./sheet-marks.js";
import { home, itemOf, list, marks, panel, snack } from "./sheet-page.js";
import { furnish, keepNote, openPanel } from "./sheet-panel.js";
import { poll, startPolling } from "./sheet-poll.js";
import { emptied } from "./sheet-queue.js";
import "./sheet-rest.js";
import { filter, sift } from "./sheet-sift.js";
import { fail } from "./sheet-snack.js";

addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.matches("[data-marks]") && button?.name === "mark") {
    event.preventDefault();
    mark(form, button.value);
  } else if (form.matches("[data-acts]")) {
    event.preventDefault();
    act(form);
  } else if (form.matches("[data-note]")) {
    event.preventDefault();
    keepNote();
  } else if (form.matches("[data-leaves]") && (line.waiting || line.offline)) {
    event.preventDefault();
    leave(() => form.submit());
  } else if (form.matches(".counts")) {
    event.preventDefault();
    if (button?.dataset.only) filter(button.dataset.only);
  }
});

// After the panel's own listener, which prevents what it does itself.
addEventListener("click", (event) => {
  const link = event.target.closest?.(".sheet a[href]");
  if (!link || event.defaultPrevented || !(line.waiting || line.offline)) return;
  event.preventDefault();
  leave(() => location.assign(link.href));
});

// Nothing that was tapped is left behind, and no page is opened that cannot be had: the sheet stays in sight.
async function leave(go) {
  await emptied();
  if (line.offline) await poll();
  if (line.offline) fail(snack.dataset.offline);
  else go();
}

if (list) {
  rove();
  listen((value) => mark(marks, value), openPanel);
  sift();
  furnish();
  startPolling();
}
if (panel()) {
  itemOf(panel().dataset.row)?.scrollIntoView({ block: "nearest" });
  panel().querySelector("[aria-invalid], h2").focus();
  // After a time that could not be kept this is the address of a form: to load it again is to open the sheet.
  if (!location.search) history.replaceState(null, "", `${home}?row=${panel().dataset.row}`);
}
