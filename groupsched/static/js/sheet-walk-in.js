// Whoever comes without a place, added without leaving the sheet: found while there is a line, by the typed name
// without one, or as a guest.
import { act } from "./sheet-queue.js";
import { ends } from "./sheet-end.js";
import { did, isEarly, refuse } from "./sheet-marks.js";
import { closeOver, openOver } from "./sheet-over.js";
import { facts, gap, words } from "./sheet-page.js";
import { labels, lineOf, rowsNow } from "./sheet-state.js";

const section = document.getElementById("walk-in-here");
const field = document.getElementById("walk-in-name");
const found = document.getElementById("walk-in-found");

function add(kind, fields, label) {
  if (ends() || isEarly()) {
    closeOver();
    refuse(ends() ? words.ended : words.early);
    return;
  }
  const entry = act(kind, fields, (id) => {
    labels.set(id, label);
    return { touches: [id], back: { [id]: null } };
  });
  closeOver();
  const row = rowsNow().get(entry.id);
  did(entry, gap(words.did, row?.label || words[kind], row ? lineOf(row) : ""));
}

async function search() {
  const body = new FormData();
  body.set("q", field.value);
  body.set("csrf_token", document.querySelector("[name=csrf_token]").value);
  const options = { method: "POST", body, headers: { "HX-Request": "true" } };
  const response = await fetch(`${facts.home}/walk-in/find`, options).catch(() => null);
  if (!response?.ok || response.redirected) found.textContent = words.noMore;
  else {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    found.replaceChildren(...page.body.childNodes);
  }
}

export function walkIn(asked = "") {
  field.value = asked;
  found.replaceChildren();
  openOver(section, field);
  if (asked) search();
}

section.addEventListener("submit", (event) => {
  event.preventDefault();
  const person = event.target.elements.person?.value;
  if (person) add("walk_in", { person }, event.target.querySelector(".strong").textContent);
  else search();
});
section.addEventListener("click", (event) => {
  const kind = event.target.closest?.("[data-add]")?.dataset.add;
  const name = field.value.trim();
  // A walk-in without a name is nobody; a guest may be.
  if (kind === "walk_in" && !name) field.focus();
  else if (kind) add(kind, { name }, name || words.guest);
});
addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-walk-in], .empty a[href$='/walk-in']")) return;
  event.preventDefault();
  walkIn();
});

