// Keys of the sheet: arrows move in the grid; letters work on the tile that has the focus.
import { openOver } from "./sheet-over.js";
import { list, snack } from "./sheet-page.js";

const RESTS = 500;
const KEYS = { l: "late", e: "excused", a: "absent", x: "left" };

export const mainOf = (item) => item.querySelector(".tile-main, .two button");

function tiles() {
  return [...list.children].filter((item) => !item.hidden).map(mainOf);
}

// Only one tile is a stop of the Tab key.
export function rove(chosen) {
  const all = tiles();
  const active = chosen || all.find((tile) => tile === document.activeElement)
    || all.find((tile) => tile.tabIndex === 0);
  for (const tile of all) {
    const order = tile === (active || all[0]) ? 0 : -1;
    for (const stop of tile.closest("li").querySelectorAll("button, a")) stop.tabIndex = order;
  }
}

function move(key, from) {
  const all = tiles();
  const columns = getComputedStyle(list).gridTemplateColumns.split(" ").length;
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key];
  const next = key === "Home" ? all[0] : key === "End" ? all[all.length - 1] : all[all.indexOf(from) + by];
  if (!next) return;
  rove(next);
  next.focus();
}

// What a finger has touched looks chosen with a ring around it: only keys leave one (sheet-tiles.css).
function byHand(hand) {
  document.documentElement.classList.toggle("by-hand", hand);
}
addEventListener("pointerdown", () => byHand(true), true);
addEventListener("keydown", () => byHand(false), true);

// A finger that rests on a tile, to read what a tile says to a finger alone, marks nobody: it opens the row.
function listenToRest(open) {
  let since = Infinity;
  list.addEventListener("pointerdown", ({ pointerType }) => {
    since = pointerType === "mouse" ? Infinity : performance.now();
  });
  list.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile-main");
    if (!tile || !event.detail || performance.now() - since < RESTS) return;
    event.preventDefault();
    open(tile.closest("li").id.slice(1));
  });
}

export function listen(mark, open) {
  listenToRest(open);
  list.addEventListener("keydown", (event) => {
    const tile = event.target.closest(".tile-main, .two button");
    if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const item = tile.closest("li");
    if (key.startsWith("Arrow") || key === "Home" || key === "End") move(key, mainOf(item));
    else if (KEYS[key]) mark(item.id.slice(1), KEYS[key]);
    else if (key === "u" && !snack.querySelector("button").hidden) snack.querySelector("button").click();
    else if (key === "n") document.querySelector("[data-walk-in]").click();
    else if (key === "?") openOver(document.getElementById("keys-here"));
    else if (key === "/") document.getElementById("find").open = true;
    else return;
    event.preventDefault();
  });
  // A long press opens the row, where the device says so.
  list.addEventListener("contextmenu", (event) => {
    const item = event.target.closest("li");
    if (!item?.querySelector(".tile-main")) return;
    event.preventDefault();
    open(item.id.slice(1));
  });
  list.addEventListener("focusin", (event) => {
    const tile = event.target.closest(".tile-main, .two button");
    if (tile) rove(mainOf(tile.closest("li")));
  });
}
