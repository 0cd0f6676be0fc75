// The form that defines a group: only the fields that matter now are shown, the panel folds on narrow screens, and
// Ctrl+S saves the draft.
import { say } from "./frame.js";

const form = document.querySelector("[data-define]");
const wide = matchMedia("(min-width: 61.25em)");
const fold = document.getElementById("dates-fold");

function valueOf(name) {
  const chosen = form.querySelector(`[name="${name}"]:checked`) ?? form.querySelector(`select[name="${name}"]`);
  return chosen ? chosen.value : "";
}

function showWhatMatters() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const value = valueOf(part.dataset.when);
    const wanted = part.dataset.is ? part.dataset.is.split(" ").includes(value) : part.dataset.not !== value;
    part.hidden = !wanted && !part.querySelector(".invalid");
  }
}

function foldOrUnfold() {
  fold.open = wide.matches;
}

// A number of seats, or no limit: to say the one takes the other back.
function oneOfBoth({ target }) {
  if (target.name === "no_limit" && target.checked) form.elements.capacity.value = "";
  if (target.name === "capacity" && target.value) form.elements.no_limit.checked = false;
}

form.addEventListener("input", oneOfBoth);
form.addEventListener("change", showWhatMatters);
wide.addEventListener("change", foldOrUnfold);
fold.querySelector("summary").addEventListener("click", (event) => {
  if (wide.matches) event.preventDefault();
});
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  const draft = form.querySelector("[data-draft]");
  if (!draft) return;
  event.preventDefault();
  form.requestSubmit(draft);
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "panel") say(document.getElementById("sentence").textContent);
});

form.classList.add("scripted");
showWhatMatters();
foldOrUnfold();
