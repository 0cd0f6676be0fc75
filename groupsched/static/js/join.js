// The page of a group: the button follows the choice, and the list of dates shows only where it is meant.
const form = document.querySelector("form[data-join]");

function follow() {
  const chosen = form.querySelector("input[name=what]:checked");
  const words = chosen && chosen.closest("[data-label]").dataset.label;
  if (words) form.querySelector("[data-join-button]").textContent = words;
  form.querySelector("[data-dates]").hidden = !chosen || chosen.value !== "dates";
}

if (form) {
  // A second tap of a shaky hand is not a second wish: it would take the words and the way back of the first away.
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
  form.addEventListener("change", follow);
  follow();
}
