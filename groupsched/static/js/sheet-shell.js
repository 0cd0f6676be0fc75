// A sheet without a line: the shell, filled from what this browser keeps for whoever the server knew here last. The
// modules of the server's page draw it. What is not kept is said, with the list of what is.
import { keepSheets } from "./keeping.js";
import { comeAlive } from "./sheet-parts.js";
import { lookAsBefore, readdress, whoReads } from "./shell.js";
import { keptHouses, keptSheet, keptSheets, known } from "./vault.js";
import { waitingOn } from "./waiting.js";

const NOBODY = "/sheet/-";
const main = document.getElementById("main");
const [, uid] = /^\/sheet\/([^/]+)$/.exec(location.pathname) ?? [];

function fill(sheet, who, at, unlock) {
  readdress(NOBODY, `/sheet/${uid}`);
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

// Words for how many wait, in the place that has them.
function sayWaits(place, count) {
  place.hidden = !count;
  if (count) place.textContent = JSON.parse(place.dataset.waits)[count === 1 ? 0 : 1].replace("…", count);
}

function row(sheet, waits) {
  const item = document.getElementById("kept-row").content.firstElementChild.cloneNode(true);
  item.querySelector("a").href = `/sheet/${sheet.uid}`;
  item.querySelector(".strong").textContent = sheet.title;
  item.querySelector(".muted").textContent = sheet.line;
  sayWaits(item.querySelector("[data-waits]"), waits);
  return item;
}

// What can be opened now, in place of a page that cannot.
async function list(sheets, houses) {
  const page = document.getElementById("kept").content.firstElementChild;
  const waits = await waitingOn();
  const { other, today } = page.dataset;
  const elsewhere = !uid && location.pathname !== "/today";
  document.querySelector(".sheet-title .name").textContent = uid ? other : today;
  page.querySelector("[data-page]").hidden = !elsewhere;
  page.querySelector("[data-some]").hidden = !sheets.length;
  page.querySelector("[data-none]").hidden = elsewhere || sheets.length > 0;
  page.querySelector("[data-house]").hidden = !houses;
  sayWaits(page.querySelector("[data-waits]"), waits.all);
  const inOrder = sheets.sort((one, other) => one.facts.start - other.facts.start
    || one.title.localeCompare(other.title));
  page.querySelector("ul").append(...inOrder.map((sheet) => row(sheet, waits.of(sheet.uid))));
  page.querySelector("[data-again]").href = elsewhere ? location.href : `${location.pathname}?wait`;
  for (const rest of document.querySelectorAll(".counts, .sheet-foot, #saved")) rest.remove();
  main.replaceChildren(page);
}

async function begin() {
  const who = await whoReads();
  if (who === null) return null;
  const sheet = uid && who ? await keptSheet(who, uid) : null;
  if (!sheet) return who ? list(await keptSheets(who), (await keptHouses(who))?.houses.length) : list([], 0);
  const { at = 0, unlock = "" } = await known(who);
  fill(sheet, who, Math.max(sheet.at, at), unlock);
  return comeAlive();
}

lookAsBefore();
keepSheets();
begin().catch(() => list([], 0));
