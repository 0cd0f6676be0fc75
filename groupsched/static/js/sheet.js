// The attendance sheet, alive: taps without a reload, the row beside the list, filters and search in place, keys, a poll,
// the cover. Every act is the form that stands in the page; where an answer is not what it should be, that form is sent.
import { say } from "./frame.js";

const list = document.getElementById("people");
const marks = document.getElementById("marks");
const sheet = document.querySelector(".sheet");
const snack = document.getElementById("snack");
const saved = document.getElementById("saved");
const counters = document.getElementById("counters");
const everyone = document.querySelector("#everyone button");
const nobody = document.getElementById("nobody");
const search = document.getElementById("q");
const sprite = document.querySelector("use").getAttribute("href").split("#")[0];
const narrow = matchMedia("(max-width: 56.24875em)");
const STAYS = ["late", "left", "times"];
const UNATTENDED = { Accept: "application/json", "X-Unattended": "1" };
const POLL = 10000;
const REST = 60000;
let version = Number(marks?.dataset.version || 0);
let chain = Promise.resolve();
let waiting = 0;
let shownOnly = new URLSearchParams(location.search).get("only") || "";
let touched = null;
const held = new Map();

// --- small things ------------------------------------------------------------------------------------------------

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function drawing(kind, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.setAttribute("class", kind);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

const itemOf = (id) => document.getElementById(`r${id}`);
const versionOf = (item) => Number(mainOf(item).value.split(".")[1]);
const mainOf = (item) => item.querySelector(".tile-main, .two button");

function chip(state) {
  saved.classList.toggle("is-wait", state === "failed");
  saved.querySelector("span").textContent = saved.dataset[state];
}

// --- drawing, the same as templates/attendance/_tile.html ------------------------------------------------------------

function drawTwo(row) {
  const buttons = row.two.map((answer) => make("button", { name: "mark", value: `${row.id}.${row.version}.${answer.pick}` },
    answer.words, make("small", {}, answer.who), make("span", { class: "visually-hidden" }, `, ${row.label}`)));
  const head = make("strong", {}, drawing("glyph", "g-two"), row.label, make("span", { class: "ask" }, marks.dataset.which));
  return make("div", { class: "tile st-two" }, head, make("div", { class: "two" }, ...buttons));
}

function drawOne(row) {
  const dense = list.classList.contains("people-28");
  const lines = [make("strong", {}, row.label)];
  if (!(row.hint && dense)) lines.push(make("span", {}, row.line));
  if (row.hint) lines.push(make("span", { class: "note-new" }, row.hint));
  else if (row.note && !dense) lines.push(make("span", { class: "note" }, row.note));
  const what = row.status === "unmarked" ? "here" : "open";
  const faint = row.standing === "lately" || row.standing === "not_yet" ? " is-faint" : "";
  const main = make("button", { class: "tile-main", name: "mark", value: `${row.id}.${row.version}.${what}`,
    "aria-pressed": String(row.status === "present") }, drawing("glyph", `g-${row.look}`), make("span", {}, ...lines));
  const more = make("a", { class: "tile-more", href: `?row=${row.id}`,
    "aria-label": marks.dataset.more.replace("…", row.label) });
  return make("div", { class: `tile st-${row.tint}${faint}` }, main, more);
}

function draw(row) {
  let item = itemOf(row.id);
  if (!item) {
    item = make("li", { id: `r${row.id}` });
    list.append(item);
  }
  const had = item.contains(document.activeElement);
  item.dataset.c = row.counter;
  item.className = row.two.length ? "has-two" : "";
  item.removeAttribute("aria-busy");
  item.replaceChildren(row.two.length ? drawTwo(row) : drawOne(row));
  if (panel()?.dataset.row === row.id) item.firstElementChild.classList.add("is-open");
  rove();
  if (had) mainOf(item).focus();
}

function drawCounters(all) {
  const shown = new Map([...counters.children].map((button) => [button.dataset.only, button]));
  counters.replaceChildren(...all.map((one) => {
    const button = shown.get(one.key) || make("button", { class: `count st-${one.look}`, name: "only", value: one.key,
      "data-only": one.key, "aria-pressed": "false" }, drawing("glyph", `g-${one.look}`), make("b", {}), " ",
      make("span", {}, one.words));
    button.querySelector("b").textContent = one.count;
    return button;
  }));
}

function apply(answer, own) {
  for (const row of answer.rows) {
    const item = itemOf(row.id);
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

function tell(done) {
  snack.hidden = false;
  snack.querySelector("span").textContent = done.words;
  snack.elements.name.value = done.undo;
  snack.querySelector("button").hidden = !done.undo;
}

// --- sending -------------------------------------------------------------------------------------------------------

function sendPlainly(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    form.append(make("input", { type: "hidden", name, value }));
  }
  form.submit();
}

async function send(form, fields) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const whole = response.ok && (response.headers.get("Content-Type") || "").startsWith("application/json");
  if (whole) {
    document.dispatchEvent(new Event("heard"));
    return response.json();
  }
  // Signed out, or no longer at this door: the page itself says what to do. Anything else has a page of its own.
  if (response.status === 404) location.reload();
  else sendPlainly(form, fields);
  return new Promise(() => {});
}

// One after the other, oldest first: each answer is a row as the server keeps it.
function queue(form, fields, after) {
  waiting += 1;
  chip("saving");
  chain = chain.then(() => send(form, fields)).then((answer) => {
    apply(answer, true);
    after?.(answer);
    waiting -= 1;
    if (!waiting) chip("saved");
  }).catch(() => {
    waiting -= 1;
    chip("failed");
    say(document.getElementById("status").dataset.failed);
    for (const item of list.querySelectorAll("[aria-busy]")) item.removeAttribute("aria-busy");
  });
}

function announce(answer) {
  const row = answer.rows[0];
  if (!row) return;
  const count = (key) => answer.counters.find((one) => one.key === key)?.count || 0;
  const all = answer.counters.reduce((sum, one) => sum + one.count, 0);
  const words = marks.dataset.of.replace("{0}", count("here") + count("late")).replace("{1}", all);
  say(`${row.label}, ${row.line}, ${words}`);
}

function mark(form, value, fields = {}) {
  const [id, , what] = value.split(".");
  if (what === "open") return openPanel(id);
  const item = itemOf(id);
  if (item?.hasAttribute("aria-busy")) return undefined;
  item?.setAttribute("aria-busy", "true");
  queue(form, { mark: value, op: newId(), ...fields }, (answer) => {
    announce(answer);
    if (!panel()) return;
    if (STAYS.includes(what) || itemOf(id)?.classList.contains("has-two")) openPanel(id);
    else closePanel();
  });
  return undefined;
}

addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.matches("[data-marks]") && button?.name === "mark") {
    event.preventDefault();
    mark(form, button.value);
  } else if (form.matches("[data-acts]")) {
    event.preventDefault();
    queue(form, form === snack ? {} : { op: newId() }, (answer) => say(answer.snack.words));
  } else if (form.matches(".counts")) {
    event.preventDefault();
    if (button?.dataset.only) filter(shownOnly === button.dataset.only ? "" : button.dataset.only);
  }
});

// --- filter and search in place --------------------------------------------------------------------------------------

function filter(only) {
  shownOnly = only;
  for (const button of counters.children) button.setAttribute("aria-pressed", String(button.dataset.only === only));
  sift();
}

function sift() {
  if (!list) return;
  const letters = (search?.value || "").trim().toLowerCase();
  let found = 0;
  for (const item of list.children) {
    const name = item.querySelector("strong").textContent.toLowerCase();
    item.hidden = (shownOnly && item.dataset.c !== shownOnly) || !` ${name}`.includes(` ${letters}`);
    if (!item.hidden) found += 1;
  }
  nobody.hidden = found > 0;
  const walkIn = nobody.querySelector("a");
  walkIn.search = letters ? new URLSearchParams({ q: search.value.trim() }) : "";
  rove();
}

search?.addEventListener("input", sift);
document.getElementById("find")?.addEventListener("toggle", (event) => {
  if (event.target.open) search.focus();
  else {
    search.value = "";
    sift();
  }
});

// --- one row beside the list -------------------------------------------------------------------------------------------

const panel = () => document.getElementById("panel");

async function openPanel(id) {
  let page;
  try {
    const response = await fetch(marks.dataset.row + id);
    if (!response.ok) throw new Error(response.status);
    page = await response.text();
  } catch {
    location.search = `?row=${id}`;
    return;
  }
  panel()?.remove();
  const parsed = new DOMParser().parseFromString(page, "text/html");
  sheet.append(parsed.getElementById("panel"));
  sheet.classList.add("has-panel");
  for (const tile of list.querySelectorAll(".tile")) tile.classList.toggle("is-open", tile.parentElement.id === `r${id}`);
  furnish();
  panel().querySelector("h2").focus();
}

function closePanel() {
  const id = panel()?.dataset.row;
  if (!id) return;
  panel().remove();
  sheet.classList.remove("has-panel");
  rest();
  const item = itemOf(id);
  item?.querySelector(".tile").classList.remove("is-open");
  if (item) mainOf(item).focus();
}

function furnish() {
  for (const button of panel()?.querySelectorAll("[data-step], [data-now]") || []) button.hidden = false;
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

function step(button) {
  const field = document.getElementById(button.dataset.for);
  const [hours, minutes] = (field.value || field.placeholder).split(/[:.]/).map(Number);
  const moved = ((hours * 60 + minutes + Number(button.dataset.step)) % 1440 + 1440) % 1440;
  field.value = `${String(Math.floor(moved / 60)).padStart(2, "0")}:${String(moved % 60).padStart(2, "0")}`;
}

addEventListener("click", (event) => {
  const target = event.target.closest?.("a.tile-more, [data-close], [data-step], [data-now]");
  if (!target || !marks) return;
  if (target.matches(".tile-more")) {
    event.preventDefault();
    openPanel(target.closest("li").id.slice(1));
  } else if (target.matches("[data-close]")) {
    event.preventDefault();
    closePanel();
  } else if (target.matches("[data-step]")) step(target);
  else {
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: target.dataset.now };
    document.getElementById(target.dataset.for).value = new Intl.DateTimeFormat("en", clock).format(new Date());
  }
});
narrow.addEventListener("change", rest);

// --- keys: arrows move in the grid; letters work on the tile that has the focus ------------------------------------------

const KEYS = { l: "late", e: "excused", a: "absent", x: "left" };

function tiles() {
  return [...(list?.children || [])].filter((item) => !item.hidden).map(mainOf);
}

function rove(chosen) {
  const all = tiles();
  const active = chosen || all.find((tile) => tile === document.activeElement) || all.find((tile) => tile.tabIndex === 0);
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

list?.addEventListener("keydown", (event) => {
  const tile = event.target.closest(".tile-main, .two button");
  if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const item = tile.closest("li");
  if (key.startsWith("Arrow") || key === "Home" || key === "End") move(key, mainOf(item));
  else if (KEYS[key]) mark(marks, `${item.id.slice(1)}.${versionOf(item)}.${KEYS[key]}`);
  else if (key === "u" && !snack.querySelector("button").hidden) snack.requestSubmit();
  else if (key === "n") document.querySelector("[data-walk-in]").click();
  else if (key === "/") document.getElementById("find").open = true;
  else return;
  event.preventDefault();
});
// A long press opens the row, where the device says so.
list?.addEventListener("contextmenu", (event) => {
  const item = event.target.closest("li");
  if (!item?.querySelector(".tile-main")) return;
  event.preventDefault();
  openPanel(item.id.slice(1));
});
list?.addEventListener("focusin", (event) => {
  const tile = event.target.closest(".tile-main, .two button");
  if (tile) rove(mainOf(tile.closest("li")));
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel()) closePanel();
});

// --- what others do: every ten seconds, never under a finger ---------------------------------------------------------------

addEventListener("pointerdown", (event) => { touched = event.target.closest?.("#people > li") || null; });
addEventListener("pointerup", () => setTimeout(() => { touched = null; }, 400));

async function poll() {
  for (const [id, row] of held) {
    if (itemOf(id) === touched) continue;
    held.delete(id);
    draw(row);
  }
  if (document.hidden || waiting) return;
  try {
    const response = await fetch(`${marks.dataset.rows}?since=${version}`, { headers: UNATTENDED });
    if (response.status !== 200) return;
    const answer = await response.json();
    if (answer.finished) location.reload();
    else apply(answer, false);
  } catch {
    // The next turn asks again; marks say for themselves when they could not be saved.
  }
}

// --- the cover: when the tab goes to the background, and after a minute without a touch -----------------------------------

let last = Date.now();
const wake = () => { last = Date.now(); };
for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, wake);

function cover() {
  if (!document.querySelector("body > .cover")) document.querySelector("[data-hide-screen]")?.click();
}

document.addEventListener("visibilitychange", () => { if (document.hidden) cover(); });
setInterval(() => { if (Date.now() - last > REST) cover(); }, 1000);

if (list) {
  rove();
  sift();
  furnish();
  setInterval(poll, POLL);
}
if (panel()) panel().querySelector("h2").focus();
