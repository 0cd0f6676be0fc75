// The finish page: its button says how many people it puts down as what.
const then = document.querySelector("[data-then]");

function tell() {
  const counts = new Map();
  for (const { dataset } of document.querySelectorAll(".pick input:checked")) {
    counts.set(dataset.words, (counts.get(dataset.words) || 0) + 1);
  }
  then.textContent = [...counts].map(([words, count]) => `${count} ${words}`).join(", ");
  then.hidden = !counts.size;
}

addEventListener("change", tell);
tell();
