// Filter and search in place: a counter shows its people alone, letters those whose names begin so.
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

export function sift() {
  if (!list) return;
  const letters = (search?.value || "").trim();
  let found = 0;
  for (const item of list.children) {
    item.hidden = (shownOnly && item.dataset.c !== shownOnly) || !isFound(item.dataset.name, letters);
    if (!item.hidden) found += 1;
  }
  nobody.hidden = found > 0;
  rove();
}

search?.addEventListener("input", sift);
search?.form.addEventListener("submit", (event) => {
  if (!event.submitter?.hasAttribute("formaction")) event.preventDefault();
});
document.getElementById("find")?.addEventListener("toggle", (event) => {
  if (event.target.open) search.focus();
  else {
    search.value = "";
    sift();
  }
});
