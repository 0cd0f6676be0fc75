// The snack: what was just done, with its undo, or what could not be done. Screen readers hear the same.
import { say } from "./say.js";
import { snack } from "./sheet-page.js";

// `undo` is the operation that its button takes back, none where nothing can be.
export function tell(told, undo = "", failed = false) {
  snack.hidden = false;
  snack.classList.toggle("is-wait", failed);
  snack.querySelector("span").textContent = told;
  snack.elements.name.value = undo;
  snack.querySelector("button").hidden = !undo;
}

export function fail(told) {
  tell(told, "", true);
  say(told);
}
