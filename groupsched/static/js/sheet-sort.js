// Order in place, only when it is asked for. By name the server sorts: the page does not know the names.
import { itemOf, list, meeting } from "./sheet-page.js";
import { rove } from "./sheet-keys.js";
import { ordered } from "./sheet-rules.js";
import { rowsNow } from "./sheet-state.js";

const links = [...document.querySelectorAll("[data-sort]")];

addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-sort]");
  if (!link || !["unmarked", "arrival"].includes(link.dataset.sort)) return;
  event.preventDefault();
  for (const one of links) one.toggleAttribute("aria-current", one === link);
  for (const { id } of ordered(rowsNow().values(), link.dataset.sort, meeting)) list.append(itemOf(id));
  link.closest("details").open = false;
  rove();
});
