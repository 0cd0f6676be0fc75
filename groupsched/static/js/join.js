// The page of a group: the button follows the choice, and the list of dates shows only where it is meant.
const form = document.querySelector("form[data-join]");

function follow() {
  const chosen = form.querySelector("input[name=what]:checked");
  const words = chosen && chosen.closest("[data-label]").dataset.label;
  if (words) form.querySelector("[data-join-button]").textContent = words;
  form.querySelector("[data-dates]").hidden = !chosen || chosen.value !== "dates";
}

if (form) {
  form.addEventListener("change", follow);
  follow();
}
