// The finish page: its button says how many people it puts down as what.
const then = document.querySelector("[data-then]");
const list = new Intl.ListFormat(document.documentElement.lang, { style: "short", type: "unit" });

function tell() {
  const counts = new Map();
  for (const { dataset } of document.querySelectorAll(".pick input:checked")) {
    counts.set(dataset.words, (counts.get(dataset.words) || 0) + 1);
  }
  then.textContent = list.format([...counts].map(([words, count]) => `${count} ${words}`));
  then.hidden = !counts.size;
}

addEventListener("change", tell);
tell();
