// A row of the sheet as elements, the same as templates/attendance/_tile.html draws it.
import { facts, words } from "./sheet-page.js";

export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function shape(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#g-${name}`);
  svg.setAttribute("class", "glyph");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

const unseen = (text) => make("span", { class: "visually-hidden" }, text);

// The sign that a row waits to be sent.
const sign = (tile) => (tile.waits ? make("span", { class: "waits" }, make("i", { "aria-hidden": "true" }, " ↻"),
  unseen(`, ${words.waits}`)) : null);

export function answers(tile, named) {
  return tile.two.map((answer) => make("button", { name: "mark", value: `${tile.id}.${tile.version}.${answer.pick}` },
    answer.words, make("small", {}, answer.who), named ? unseen(`, ${tile.label}`) : null));
}

function drawTwo(tile) {
  const asks = make("span", { class: "ask" }, words.which);
  const head = make("strong", {}, shape("two"), make("bdi", {}, tile.label), asks);
  return make("div", { class: "tile st-two" }, head, make("div", { class: "two" }, ...answers(tile, true)));
}

function lines(tile, dense) {
  const said = make("span", {}, tile.line, sign(tile));
  if (tile.aside) return [said, make("span", { class: "aside" }, tile.aside)];
  if (tile.hint) return [said, make("span", { class: "note-new" }, tile.hint)];
  return [said, tile.note && !dense ? make("span", { class: "note" }, tile.note) : null];
}

function drawOne(tile, dense) {
  const what = tile.status === "unmarked" ? "here" : "open";
  const faint = tile.standing === "lately" || tile.standing === "not_yet" ? " is-faint" : "";
  const size = tile.label.length / (dense ? 1 : 2);
  const long = (size > (dense ? 8 : 9) ? " is-long" : "") + (size > 20 ? " is-longer" : "");
  const text = [make("strong", {}, tile.label), ...lines(tile, dense)].filter((line) => line !== null);
  const main = make("button", { class: "tile-main", name: "mark", value: `${tile.id}.${tile.version}.${what}`,
    "aria-pressed": String(tile.status === "present") }, shape(tile.look), make("span", {}, ...text));
  const more = make("a", { href: `${facts.home}?row=${tile.id}`,
    "aria-label": words.more.replace("…", tile.label) });
  return make("div", { class: `tile st-${tile.tint}${faint}${long}` }, main, more);
}

// `tile` is a row with its `look`, `tint` and `line`.
export function tileOf(tile, dense) {
  return tile.two.length ? drawTwo(tile) : drawOne(tile, dense);
}
