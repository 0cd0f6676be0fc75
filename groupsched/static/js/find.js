// The search page: an address without empty fields, chips that stay folded as they were, one quiet message.
const narrow = window.matchMedia("(max-width: 61.24em)");

function foldForPhones() {
  if (narrow.matches) for (const fold of document.querySelectorAll("#filters details")) fold.open = false;
}

let open = {};
let tapped = null;

document.addEventListener("htmx:configRequest", (event) => {
  const asked = event.detail.parameters;
  for (const name of ["q", "from", "to"]) if (asked[name] === "") delete asked[name];
});

document.addEventListener("htmx:beforeSwap", () => {
  open = {};
  for (const fold of document.querySelectorAll("#find details[id]")) open[fold.id] = fold.open;
  const at = document.activeElement;
  tapped = at && at.id && at.closest("#filters") ? { id: at.id, top: at.getBoundingClientRect().top } : null;
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [id, was] of Object.entries(open)) {
    const fold = document.getElementById(id);
    if (fold) fold.open = was;
  }
  // Nothing moves under a finger: chips that came or went above do not push away the one that was tapped.
  const again = tapped && document.getElementById(tapped.id);
  if (again) scrollBy({ top: again.getBoundingClientRect().top - tapped.top, behavior: "instant" });
  const status = document.getElementById("status");
  const found = document.getElementById("found");
  if (status && found) status.textContent = found.textContent;
});

// The cross in the search box empties it: that is a question too.
document.addEventListener("search", (event) => {
  if (event.target.id === "q" && event.target.value === "") event.target.form.requestSubmit();
});

// From the first tick on the way to compare stays in sight; a fourth group does not fit.
const MOST_COMPARED = 3;

document.addEventListener("change", (event) => {
  if (event.target.name !== "with") return;
  const boxes = [...document.querySelectorAll('input[name="with"]')];
  const ticked = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.disabled = ticked >= MOST_COMPARED && !box.checked;
  document.getElementById("compare").classList.toggle("cmpbar-on", ticked > 0);
});

foldForPhones();
