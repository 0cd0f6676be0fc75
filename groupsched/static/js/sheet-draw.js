// A row of the sheet as elements, the same as templates/attendance/_tile.html draws it.

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

function drawTwo(row, words) {
  const buttons = row.two.map((answer) => make("button",
    { name: "mark", value: `${row.id}.${row.version}.${answer.pick}` },
    answer.words, make("small", {}, answer.who), make("span", { class: "visually-hidden" }, `, ${row.label}`)));
  const head = make("strong", {}, shape("two"), row.label, make("span", { class: "ask" }, words.which));
  return make("div", { class: "tile st-two" }, head, make("div", { class: "two" }, ...buttons));
}

function drawOne(row, words, dense) {
  const lines = [make("strong", {}, row.label)];
  if (!(row.hint && dense)) lines.push(make("span", {}, row.line));
  if (row.hint) lines.push(make("span", { class: "note-new" }, row.hint));
  else if (row.note && !dense) lines.push(make("span", { class: "note" }, row.note));
  const what = row.status === "unmarked" ? "here" : "open";
  const faint = row.standing === "lately" || row.standing === "not_yet" ? " is-faint" : "";
  const long = row.label.length > (dense ? 10 : 18) ? " is-long" : "";
  const main = make("button", { class: "tile-main", name: "mark", value: `${row.id}.${row.version}.${what}`,
    "aria-pressed": String(row.status === "present") }, shape(row.look), make("span", {}, ...lines));
  const more = make("a", { class: "tile-more", href: `${words.home}?row=${row.id}`,
    "aria-label": words.more.replace("…", row.label) });
  return make("div", { class: `tile st-${row.tint}${faint}${long}` }, main, more);
}

export function tileOf(row, words, dense) {
  return row.two.length ? drawTwo(row, words) : drawOne(row, words, dense);
}
