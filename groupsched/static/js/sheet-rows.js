// The rows and the counters as the server last told them. `apply` takes an answer: to one's own act, or to a poll.
import { make, shape, tileOf } from "./sheet-draw.js";
import { mainOf, rove, versionOf } from "./sheet-keys.js";
import { itemOf, list, marks, panel } from "./sheet-page.js";
import { tell } from "./sheet-snack.js";

const counters = document.getElementById("counters");
const everyone = document.querySelector("#everyone button");
const held = new Map();
let touched = null;
let version = Number(marks?.dataset.version || 0);

export const versionSeen = () => version;

export function apply(answer, own) {
  for (const row of answer.rows) {
    const item = itemOf(row.id);
    // What others did never changes under a finger, nor under a mark that is still on its way: such a row waits.
    if (!own && item && (item === touched || item.hasAttribute("aria-busy"))) held.set(row.id, row);
    else if (own || !item || versionOf(item) < row.version) draw(row);
  }
  for (const id of answer.gone || []) itemOf(id)?.remove();
  // Only a poll tells everything up to its version; the answer to a mark tells of its own rows.
  if (!own) version = answer.version;
  drawCounters(answer.counters);
  everyone.textContent = everyone.dataset.words.replace("…", answer.open);
  everyone.disabled = !answer.open;
  if (answer.snack) tell(answer.snack);
}

export function drawHeld() {
  for (const [id, row] of held) {
    if (itemOf(id) === touched) continue;
    held.delete(id);
    draw(row);
  }
}

function draw(row) {
  let item = itemOf(row.id);
  if (!item) {
    item = make("li", { id: `r${row.id}` });
    list.append(item);
  }
  // The button that has the focus is about to go: its successor takes it.
  const had = item.contains(document.activeElement);
  item.dataset.c = row.counter;
  item.dataset.name = row.label;
  item.className = row.two.length ? "has-two" : "";
  item.removeAttribute("aria-busy");
  item.replaceChildren(tileOf(row, marks.dataset, list.classList.contains("people-28")));
  if (panel()?.dataset.row === row.id) item.firstElementChild.classList.add("is-open");
  rove();
  if (had) mainOf(item).focus();
}

// A counter that stays is the same button: it may be pressed, or have the focus.
function drawCounters(all) {
  const shown = new Map([...counters.children].map((button) => [button.dataset.only, button]));
  const buttons = all.map((one) => {
    const button = shown.get(one.key) || make("button", { class: `count st-${one.look}`, name: "only", value: one.key,
      "data-only": one.key, "aria-pressed": "false" }, shape(one.look), make("b", {}), " ",
      make("span", {}, one.words));
    button.querySelector("b").textContent = one.count;
    return button;
  });
  const changed = buttons.length !== shown.size || buttons.some((button) => !button.isConnected);
  if (changed) counters.replaceChildren(...buttons);
}

addEventListener("pointerdown", (event) => { touched = event.target.closest?.("#people > li") || null; });
// The click comes after the finger is up; until then the tile stays as it was when it was meant.
addEventListener("pointerup", () => setTimeout(() => { touched = null; }, 400));
