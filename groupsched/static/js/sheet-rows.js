// The tiles and the counters, drawn where they changed. Nothing moves or changes under a finger: what others did, a row
// that is new or gone, waits until the finger is up and a moment longer.
import { deafen } from "./sheet-deaf.js";
import { make, shape, tileOf } from "./sheet-draw.js";
import { mainOf, rove } from "./sheet-keys.js";
import { facts, itemOf, list, marks, meeting, panel, said } from "./sheet-page.js";
import { COUNTERS, counted, isOpen, lookOf, shown, tintOf, totals } from "./sheet-rules.js";
import { time } from "./sheet-queue.js";
import { sift } from "./sheet-sift.js";
import { lineOf, rowsNow } from "./sheet-state.js";

const MOMENT = 700;
const EVERY = 10_000;
const counters = document.getElementById("counters");
const looks = JSON.parse(said.looks);
const everyone = document.querySelector("#everyone button");
const drawn = new Map();
let touching = false;
let touched = null;

export function tileFor(row) {
  return { ...row, look: row.two.length ? "two" : lookOf(row, meeting), tint: tintOf(row, meeting), line: lineOf(row) };
}

const seenOf = ({ waits, version, found, since, note_text, ...tile }) => JSON.stringify(tile);
const signature = (tile) => `${seenOf(tile)} ${Boolean(tile.waits)} ${tile.version}`;

function draw(tile, item) {
  // The button that has the focus is about to go: its successor takes it.
  const had = item.contains(document.activeElement);
  const onMore = had && document.activeElement.matches(".tile > a");
  // Where one tile becomes two buttons, a tap that was on its way meant neither.
  if (tile.two.length && !item.classList.contains("has-two")) deafen(item, MOMENT);
  item.className = tile.two.length ? "has-two" : "";
  item.replaceChildren(tileOf(tile, list.classList.contains("people-28")));
  if (panel()?.dataset.row === tile.id) item.firstElementChild.classList.add("is-open");
  const more = onMore && item.querySelector(".tile > a");
  if (had) (more || mainOf(item)).focus({ preventScroll: true });
}

function place(tile) {
  const known = itemOf(tile.id);
  const item = known || make("li", { id: `r${tile.id}` });
  const before = drawn.get(tile.id);
  if (!known || before?.sign !== signature(tile)) {
    // Under a finger only the sign of what waits may change, and what this finger did.
    if (known && touched === item && !tile.waits && before.seen !== seenOf(tile)) return;
    draw(tile, item);
    drawn.set(tile.id, { sign: signature(tile), seen: seenOf(tile) });
  }
  item.dataset.c = counted(tile) ? shown(tile, meeting) : "";
  item.dataset.name = tile.label;
  item.dataset.found = tile.found;
  if (!known) list.append(item);
}

// Who is new or was long away is for whoever greets, not for a room that reads along: from the start on while held.
function hush() {
  list.classList.toggle("is-begun", time.now() >= meeting.start);
}

export function render() {
  hush();
  const rows = rowsNow();
  const tiles = [...rows.values()].map(tileFor);
  for (const tile of tiles) if (itemOf(tile.id) || !touching) place(tile);
  if (!touching) for (const item of [...list.children]) if (!rows.has(item.id.slice(1))) item.remove();
  marks.hidden = !list.children.length;
  drawCounters(totals(tiles, meeting));
  const open = tiles.filter((tile) => isOpen(tile) && !tile.own).length;
  everyone.textContent = everyone.dataset.words.replace("…", open);
  everyone.disabled = !open;
  sift(false);
  rove();
}

// A counter that stays is the same button: it may be pressed, or have the focus.
function drawCounters(all) {
  const there = new Map([...counters.children].map((button) => [button.dataset.only, button]));
  const buttons = COUNTERS.filter((key) => all[key] || ["unmarked", "here"].includes(key)).map((key) => {
    const [look, said] = looks[key];
    const button = there.get(key) || make("button", { class: `count st-${look}`, name: "only", value: key,
      "data-only": key, "aria-pressed": "false" }, shape(look), make("b", {}), " ", make("span", {}, said));
    button.querySelector("b").textContent = all[key];
    return button;
  });
  const changed = buttons.length !== there.size || buttons.some((button) => !button.isConnected);
  if (changed) counters.replaceChildren(...buttons);
}

// What the server drew stands as it is.
export function begin() {
  setInterval(hush, EVERY);
  if (facts.part) return;
  for (const row of rowsNow().values()) {
    const tile = tileFor(row);
    if (!row.waits && !row.aside) drawn.set(row.id, { sign: signature(tile), seen: seenOf(tile) });
  }
}

addEventListener("pointerdown", (event) => {
  touching = Boolean(event.target.closest?.("#people"));
  touched = event.target.closest?.("#people > li") || null;
});
// The click comes after the finger is up; until then the tile stays as it was when it was meant.
for (const kind of ["pointerup", "pointercancel"]) {
  addEventListener(kind, () => setTimeout(() => {
    touching = false;
    touched = null;
    render();
  }, MOMENT));
}
