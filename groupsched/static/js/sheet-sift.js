// Filter and search in place: a counter shows its people alone, letters those whose names begin so. A tap never takes
// its own tile away: who no longer fits is gone when one asks again.
import { isFound } from "./fold.js";
import { rove } from "./sheet-keys.js";
import { list } from "./sheet-page.js";

const counters = document.getElementById("counters");
const nobody = document.getElementById("nobody");
const search = document.getElementById("q");
let shownOnly = new URLSearchParams(location.search).get("only") || "";

// The same counter once more shows everybody.
export function filter(only) {
  shownOnly = shownOnly === only ? "" : only;
  for (const button of counters.children) {
    button.setAttribute("aria-pressed", String(button.dataset.only === shownOnly));
  }
  sift();
}

// Of each name as many letters stand in the page as it takes to find somebody (words.py): no more are compared.
const BEGINS = 4;

function isMeant({ name = "", found = "" }, letters) {
  const begins = letters.split(/\s+/).map((word) => word.slice(0, BEGINS)).join(" ");
  return isFound(name, letters) || isFound(found, begins);
}

// `anew` hides too what was there before; else only what is new is looked at.
export function sift(anew = true) {
  const letters = search.value.trim();
  let found = 0;
  for (const item of list.children) {
    const fits = (!shownOnly || item.dataset.c === shownOnly) && isMeant(item.dataset, letters);
    if (anew || fits || !item.dataset.sifted) item.hidden = !fits;
    item.dataset.sifted = "1";
    if (!item.hidden) found += 1;
  }
  nobody.hidden = found > 0;
  if (anew) rove();
}

// Who was looked for is found: the next name begins anew. Whether anybody had been looked for.
export function foundOne() {
  const had = Boolean(search.value);
  search.value = "";
  if (had) sift();
  return had;
}

search.addEventListener("input", () => sift());
search.form.addEventListener("submit", (event) => {
  if (!event.submitter?.hasAttribute("formaction")) event.preventDefault();
});
document.getElementById("find").addEventListener("toggle", (event) => {
  if (event.target.open) search.focus();
  else {
    search.value = "";
    sift();
  }
});
