// The attendance sheet, alive: taps without a reload, the row beside the list, filters and search in place, keys, a poll,
// the cover. Every act is the form that stands in the page; where an answer is not what it should be, that form is sent.
import { say } from "./frame.js";
import { drawing, make, tileOf } from "./sheet-draw.js";
import { listen, mainOf, rove, versionOf } from "./sheet-keys.js";
import { Refused, Unsent, ask, isData, newId, post } from "./sheet-send.js";

const list = document.getElementById("people");
const marks = document.getElementById("marks");
const sheet = document.querySelector(".sheet");
const snack = document.getElementById("snack");
const saved = document.getElementById("saved");
const counters = document.getElementById("counters");
const everyone = document.querySelector("#everyone button");
const nobody = document.getElementById("nobody");
const search = document.getElementById("q");
const home = marks?.dataset.home;
const narrow = matchMedia("(max-width: 56.24875em)");
const STAYS = ["late", "left", "times"];
const UNATTENDED = { Accept: "application/json", "X-Unattended": "1" };
const POLL = 10000;
const REST = 60000;
let version = Number(marks?.dataset.version || 0);
let chain = Promise.resolve();
let waiting = 0;
let offline = false;
let shownOnly = new URLSearchParams(location.search).get("only") || "";
let touched = null;
const held = new Map();
const drafts = new Map();
let wanted = null;

// --- small things ------------------------------------------------------------------------------------------------

const itemOf = (id) => document.getElementById(`r${id}`);

// What is kept, in words. A mark that could not be sent stays on its tile until it is made again.
function chip() {
  const lost = list.querySelectorAll(".is-unsaved").length;
  const { saving, offline: none, lost: some, saved: all } = saved.dataset;
  saved.querySelector("span").textContent = waiting ? saving : offline ? none : lost ? some.replace("…", lost) : all;
  warns(saved, offline || lost > 0);
}

// Both signs stand in the page: none can be fetched while the line is down.
function warns(element, is) {
  element.classList.toggle("is-wait", is);
}

function reached(is) {
  offline = !is;
  chip();
}

// --- rows and counters ---------------------------------------------------------------------------------------------

function draw(row) {
  let item = itemOf(row.id);
  if (!item) {
    item = make("li", { id: `r${row.id}` });
    list.append(item);
  }
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

function drawCounters(all) {
  const shown = new Map([...counters.children].map((button) => [button.dataset.only, button]));
  const buttons = all.map((one) => {
    const button = shown.get(one.key) || make("button", { class: `count st-${one.look}`, name: "only", value: one.key,
      "data-only": one.key, "aria-pressed": "false" }, drawing("glyph", `g-${one.look}`), make("b", {}), " ",
      make("span", {}, one.words));
    button.querySelector("b").textContent = one.count;
    return button;
  });
  if (buttons.length !== shown.size || buttons.some((button) => !button.isConnected)) counters.replaceChildren(...buttons);
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
  warns(snack, Boolean(done.failed));
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
  const response = await post(form, fields);
  reached(true);
  if (response.ok && isData(response)) {
    document.dispatchEvent(new Event("heard"));
    return response.json();
  }
  const { code, told } = isData(response) ? await response.json() : {};
  if (told && code !== "finished") throw new Refused(told);
  // Finished by a colleague, signed out, no longer at this door: the page itself says what to do. Else the answer is a page.
  if (told || response.status === 404) location.reload();
  else sendPlainly(form, fields);
  return new Promise(() => {});
}

// One after the other, oldest first: each answer is a row as the server keeps it.
function queue(form, fields, after, failed = () => fail(snack.dataset.unsaved)) {
  waiting += 1;
  chip();
  chain = chain.then(() => send(form, fields)).then((answer) => {
    apply(answer, true);
    after?.(answer);
    waiting -= 1;
    chip();
  }).catch((error) => {
    waiting -= 1;
    const refused = error instanceof Refused;
    for (const item of refused ? list.querySelectorAll("[aria-busy]") : []) item.removeAttribute("aria-busy");
    if (refused) fail(error.message);
    else failed();
    reached(refused);
  });
}

function unsaved(item) {
  const line = item.querySelector(".tile-main > span > span");
  item.removeAttribute("aria-busy");
  item.classList.add("is-unsaved");
  if (line) line.textContent = snack.dataset.line;
  fail(snack.dataset.row.replace("…", item.dataset.name));
}

function fail(words, undo = "") {
  tell({ words, undo, failed: true });
  say(words);
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
  keepNote();
  queue(form, { mark: value, op: newId(), ...typedTimes(form), ...fields }, (answer) => {
    announce(answer);
    if (!panel()) return;
    if (STAYS.includes(what) || itemOf(id)?.classList.contains("has-two")) openPanel(id);
    else closePanel();
  }, () => unsaved(itemOf(id)));
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
    const undone = form === snack ? form.elements.name.value : "";
    queue(form, undone ? {} : { op: newId() }, (answer) => {
      say(answer.snack.words);
      if (document.activeElement === document.body) goOnFrom(answer);
    }, () => fail(snack.dataset.unsaved, undone));
  } else if (form.matches("[data-note]")) {
    event.preventDefault();
    keepNote();
  } else if (form.matches("[data-leaves]") && (waiting || offline)) {
    event.preventDefault();
    leave(() => form.submit());
  } else if (form.matches(".counts")) {
    event.preventDefault();
    if (button?.dataset.only) filter(shownOnly === button.dataset.only ? "" : button.dataset.only);
  }
});

// The button that had the focus is gone: go on with the one that takes this back, else with the person it was about.
function goOnFrom(answer) {
  const button = snack.querySelector("button");
  const item = answer.rows.length ? itemOf(answer.rows[0].id) : null;
  const next = button.hidden ? item && mainOf(item) : button;
  next?.focus({ preventScroll: true });
}

// Times changed beside a status go with it: "Late", after 9:40 was typed, is late at 9:40.
function typedTimes(form) {
  const fields = form.closest(".panel")?.querySelectorAll(".times input") || [];
  return Object.fromEntries([...fields].filter((one) => one.value !== one.defaultValue).map((one) => [one.name, one.value]));
}

// A note that was typed and not yet kept is kept before its row closes or changes.
function keepNote() {
  const note = document.getElementById("note");
  if (!note || note.value === note.defaultValue) return;
  note.defaultValue = note.value;
  const id = panel().dataset.row;
  drafts.set(id, note.value);
  queue(note.form, {}, (answer) => {
    drafts.delete(id);
    say(answer.snack.words);
  });
}

// Nothing that was tapped is left behind, and no page is opened that cannot be had: the sheet stays in sight.
async function leave(go) {
  await chain;
  if (offline) await poll();
  if (offline) fail(snack.dataset.offline);
  else go();
}

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
    const name = item.dataset.name.toLowerCase();
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
  let found;
  wanted = id;
  keepNote();
  try {
    const response = await ask(marks.dataset.row + id);
    found = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("panel");
    reached(true);
  } catch {
    reached(false);
    fail(snack.dataset.offline);
    return;
  }
  // Closed meanwhile, or another row was opened.
  if (wanted !== id) return;
  // Signed out, or the row is gone: the page itself says what to do.
  if (!found) {
    location.assign(`${home}?row=${id}`);
    return;
  }
  panel()?.remove();
  sheet.append(found);
  sheet.classList.add("has-panel");
  for (const tile of list.querySelectorAll(".tile")) tile.classList.toggle("is-open", tile.parentElement.id === `r${id}`);
  furnish();
  if (!narrow.matches) itemOf(id)?.scrollIntoView({ block: "nearest" });
  panel().querySelector("h2").focus();
}

function closePanel() {
  const id = panel()?.dataset.row;
  wanted = null;
  if (!id) return;
  keepNote();
  history.replaceState(null, "", home + location.search.replace(/([?&])row=[^&]*&?/, "$1").replace(/[?&]$/, ""));
  panel().remove();
  sheet.classList.remove("has-panel");
  rest();
  const item = itemOf(id);
  item?.querySelector(".tile").classList.remove("is-open");
  if (item) mainOf(item).focus();
}

function furnish() {
  for (const button of panel()?.querySelectorAll("[data-step], [data-now]") || []) button.hidden = false;
  if (drafts.has(panel()?.dataset.row)) {
    const note = document.getElementById("note");
    note.value = drafts.get(panel().dataset.row);
    note.closest("details").open = true;
  }
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
  if (event.target === sheet && panel() && narrow.matches) closePanel();
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
addEventListener("click", (event) => {
  const link = event.target.closest?.(".sheet a[href]");
  if (!link || event.defaultPrevented || !(waiting || offline)) return;
  event.preventDefault();
  leave(() => location.assign(link.href));
});
narrow.addEventListener("change", rest);

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
    const response = await ask(`${marks.dataset.rows}?since=${version}`, { headers: UNATTENDED });
    reached(true);
    if (response.status !== 200 || !isData(response)) return;
    const answer = await response.json();
    if (answer.finished) location.reload();
    else apply(answer, false);
  } catch (error) {
    // The next turn asks again; the chip says that the line is down.
    if (error instanceof Unsent) reached(false);
  }
}
addEventListener("offline", () => list && reached(false));
addEventListener("online", () => list && poll());

// --- the cover: when the tab goes to the background, and after a minute without a touch -----------------------------------

let last = Date.now();
const wake = () => { last = Date.now(); };
for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, wake);

function cover() {
  if (!document.querySelector("body > .cover")) document.querySelector("[data-hide-screen]")?.click();
}

document.addEventListener("visibilitychange", () => { if (document.hidden) cover(); });
setInterval(() => { if (Date.now() - last > REST) cover(); }, 1000);

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel()) closePanel();
});

if (list) {
  rove();
  listen((value) => mark(marks, value), openPanel);
  sift();
  furnish();
  setInterval(poll, POLL);
}
if (panel()) {
  itemOf(panel().dataset.row)?.scrollIntoView({ block: "nearest" });
  panel().querySelector("[aria-invalid], h2").focus();
  // After a time that could not be kept this is the address of a form: to load it again is to open the sheet.
  if (!location.search) history.replaceState(null, "", `${home}?row=${panel().dataset.row}`);
}

