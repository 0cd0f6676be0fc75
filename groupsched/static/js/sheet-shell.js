// A sheet without a line: the shell, filled from what this browser keeps for whoever the server knew here last. The
// modules of the server's page draw it. What is not kept is said, with the list of what is.
import { tablet } from "./cover-kept.js";
import { keepSheets } from "./keeping.js";
import { comeAlive } from "./sheet-parts.js";
import { keptSheet, keptSheets, known, reader, sweep } from "./vault.js";

const NOBODY = "/sheet/-";
const main = document.getElementById("main");
const [, uid] = /^\/sheet\/([^/]+)$/.exec(location.pathname) ?? [];

// The light that the pages of the server had here (keeping.js).
try {
  Object.assign(document.documentElement.dataset, JSON.parse(localStorage.getItem("sheet-look") || "{}"));
} catch {
  // As the device wants.
}

function address(element, name) {
  const value = element.getAttribute(name);
  if (value?.startsWith(NOBODY)) element.setAttribute(name, `/sheet/${uid}${value.slice(NOBODY.length)}`);
}

function fill(sheet, who, at, unlock) {
  for (const element of document.querySelectorAll("[href], [action], [formaction]")) {
    for (const name of ["href", "action", "formaction"]) address(element, name);
  }
  const told = document.getElementById("sheet-facts").dataset;
  told.facts = JSON.stringify({ ...sheet.facts, rows: sheet.rows, at, unlock });
  told.locale = sheet.facts.locale;
  for (const element of document.querySelectorAll("#sheet-facts, #keeping, #cover")) element.dataset.who = who;
  document.querySelector(".sheet-title .name").textContent = sheet.title;
  document.querySelector(".sheet-title small").textContent = sheet.line;
  const people = document.getElementById("people");
  people.classList.toggle("people-28", sheet.dense);
  people.classList.toggle("people-list", /(^|; )sheet-as=list/.test(document.cookie));
}

function row(sheet) {
  const item = document.getElementById("kept-row").content.firstElementChild.cloneNode(true);
  item.querySelector("a").href = `/sheet/${sheet.uid}`;
  item.querySelector(".strong").textContent = sheet.title;
  item.querySelector(".muted").textContent = sheet.line;
  return item;
}

function list(sheets) {
  const page = document.getElementById("kept").content.firstElementChild;
  const { other, today } = page.dataset;
  document.querySelector(".sheet-title .name").textContent = uid ? other : today;
  page.querySelector("[data-some]").hidden = !sheets.length;
  page.querySelector("[data-none]").hidden = sheets.length > 0;
  page.querySelector("ul").append(...sheets.sort((one, other) => one.facts.start - other.facts.start).map(row));
  page.querySelector("[data-again]").href = `${location.pathname}?wait`;
  for (const rest of document.querySelectorAll(".counts, .sheet-foot, #saved")) rest.remove();
  main.replaceChildren(page);
}

// A paired tablet whose labels are locked: a PIN opens them, on the cover.
function locked() {
  document.addEventListener("unlocked", () => location.reload());
  document.dispatchEvent(new Event("signed-out"));
}

async function begin() {
  await sweep();
  const who = await reader();
  if (!who && tablet()) return locked();
  const sheet = uid && who ? await keptSheet(who, uid) : null;
  if (!sheet) return list(who ? await keptSheets(who) : []);
  const { at = 0, unlock = "" } = await known(who);
  fill(sheet, who, Math.max(sheet.at, at), unlock);
  return comeAlive();
}

keepSheets();
begin().catch(() => list([]));
