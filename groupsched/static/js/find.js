// The search page: an address without empty fields, chips that stay folded as they were, one quiet message.
const narrow = window.matchMedia("(max-width: 47.99em)");

function foldForPhones() {
  if (narrow.matches) for (const fold of document.querySelectorAll("#filters details")) fold.open = false;
}

let open = {};

document.addEventListener("htmx:configRequest", (event) => {
  const asked = event.detail.parameters;
  for (const name of ["q", "from", "to"]) if (asked[name] === "") delete asked[name];
});

document.addEventListener("htmx:beforeSwap", () => {
  open = {};
  for (const fold of document.querySelectorAll("#find details[id]")) open[fold.id] = fold.open;
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [id, was] of Object.entries(open)) {
    const fold = document.getElementById(id);
    if (fold) fold.open = was;
  }
  const status = document.getElementById("status");
  const found = document.getElementById("found");
  if (status && found) status.textContent = found.textContent;
});

foldForPhones();
