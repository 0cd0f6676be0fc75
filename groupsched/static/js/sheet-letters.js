// Letters to jump by: to the first of them who is shown; the same letter again goes on to its next run. The list is
// scrolled, never changed.
import { mainOf, rove } from "./sheet-keys.js";
import { itemOf } from "./sheet-page.js";

let at = null;

// Whoever is hidden by a counter or a search gives way to who stands next.
function shownFrom(item) {
  let next = item;
  while (next?.hidden) next = next.nextElementSibling;
  return next;
}

function jump(link) {
  const rows = (link.dataset.rows ?? link.hash.slice(2)).split(" ");
  at = at?.link === link ? { link, run: (at.run + 1) % rows.length } : { link, run: 0 };
  const item = shownFrom(itemOf(rows[at.run]));
  if (!item) return;
  item.scrollIntoView({ block: "start" });
  rove(mainOf(item));
  mainOf(item).focus({ preventScroll: true });
}

document.getElementById("letters")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  jump(link);
});
