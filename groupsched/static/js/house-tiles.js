// The tiles of a roll-call and its numbers, drawn from what is known of it (house-drill.js).
const form = document.getElementById("house");

export const tiles = () => [...form.querySelectorAll("[data-key]")];
export const isOut = (tile) => tile.classList.contains("st-here");
const number = (which, n) => { document.querySelector(`[data-${which}]`).textContent = n; };

// In a roll-call a tile is a button, before it none.
function buttonOf(tile) {
  const button = document.createElement("button");
  button.className = "tile-main";
  button.name = "mark";
  button.append(...tile.firstElementChild.childNodes);
  tile.replaceChildren(button);
  return button;
}

// Out, in these words, or (null) not.
function draw(tile, words) {
  const button = tile.querySelector("button") ?? buttonOf(tile);
  const out = words !== null;
  tile.className = `tile st-${out ? "here" : "none"}${tile.classList.contains("is-long") ? " is-long" : ""}`;
  button.setAttribute("aria-pressed", String(out));
  button.value = `${tile.dataset.key}.${out ? 0 : 1}`;
  button.querySelector("use").setAttribute("href", out ? "#g-here" : "#g-none");
  button.querySelector("span > span").textContent = out ? words : tile.dataset.line;
}

const keyOf = ({ dataset }) => dataset.key;
const isSure = ({ dataset }) => dataset.sure !== "no";

function count(drill) {
  const { out, left, perhaps } = drill.totals(tiles().map((tile) => [keyOf(tile), isSure(tile)]));
  number("out", out);
  number("left", left);
  number("heads", left);
  number("perhaps", perhaps);
  document.querySelector("[data-perhaps]").parentElement.hidden = !perhaps;
}

// Somebody was marked since the page came.
function learn(tile, sure) {
  if (sure === undefined || sure === isSure(tile)) return;
  if (sure) delete tile.dataset.sure;
  else tile.dataset.sure = "no";
  tile.dataset.line = sure ? tile.dataset.room : form.dataset.unsure;
  if (!isOut(tile)) tile.querySelector("strong + span").textContent = tile.dataset.line;
}

// How many are in the house and have no tile here.
export const missing = (drill) => drill.missing(tiles().map(keyOf)).length;

function addTile(key, name) {
  const item = document.getElementById("called-tile").content.firstElementChild.cloneNode(true);
  const tile = item.firstElementChild;
  tile.dataset.key = key;
  tile.querySelector("strong").textContent = name;
  document.getElementById("called").append(item);
}

// Everything as it is known now; a name that was called out in another roll-call is nobody of this one.
export function render(drill) {
  const parts = document.querySelectorAll("[data-drill]");
  for (const part of parts) part.hidden = (part.dataset.drill === "on") !== drill.runs;
  const there = new Set(tiles().map(keyOf));
  for (const [key, name] of drill.called()) if (!there.has(key)) addTile(key, name);
  for (const tile of tiles()) learn(tile, drill.house[keyOf(tile)]);
  for (const tile of tiles()) if (drill.runs || tile.querySelector("button")) draw(tile, drill.words(tile.dataset.key));
  count(drill);
}

// Not yet first: in each room, and only when it is asked for.
export function sort() {
  for (const list of form.querySelectorAll(".people")) {
    const done = (item) => isOut(item.firstElementChild);
    list.append(...[...list.children].sort((one, other) => done(one) - done(other)));
  }
}

// How the page of the server has it: who is out, in words.
export function asDrawn() {
  const words = (tile) => tile.querySelector("strong + span").textContent.trim();
  return Object.fromEntries(tiles().filter(isOut).map((tile) => [keyOf(tile), words(tile)]));
}

export function labels() {
  return Object.fromEntries(tiles().map((tile) => [keyOf(tile), tile.querySelector("strong").textContent]));
}
