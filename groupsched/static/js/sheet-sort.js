// Order in place, only when it is asked for. The page knows nobody's last name: in what order those stand, it asks.
import { fold } from "./fold.js";
import { itemOf, list, meeting, words } from "./sheet-page.js";
import { rove } from "./sheet-keys.js";
import { ordered } from "./sheet-rules.js";
import { fail } from "./sheet-snack.js";
import { rowsNow } from "./sheet-state.js";

const links = [...document.querySelectorAll("[data-sort]")];
// Who joins from the next date, and who came lately, stand after those who are expected.
const LAST = { not_yet: 1, lately: 2 };

async function byLastName(link) {
  const response = await fetch(link.href).catch(() => null);
  const page = response?.ok && !response.redirected ? await response.text() : "";
  const order = new DOMParser().parseFromString(page, "text/html").getElementById("people");
  return order && [...order.children].map(({ id }) => id.slice(1));
}

const compare = (one, other) => (one < other ? -1 : Number(one > other));

function byFirstName(rows) {
  const rank = ({ standing }) => LAST[standing] ?? 0;
  return rows.sort((one, other) => rank(one) - rank(other) || compare(fold(one.label), fold(other.label)));
}

async function order(link) {
  const { sort } = link.dataset;
  const rows = [...rowsNow().values()];
  if (sort === "last") return byLastName(link);
  return (sort ? ordered(rows, sort, meeting) : byFirstName(rows)).map(({ id }) => id);
}

addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-sort]");
  if (!link) return;
  event.preventDefault();
  link.closest("details").open = false;
  const ids = await order(link);
  if (!ids) {
    fail(words.noMore);
    return;
  }
  for (const one of links) one.toggleAttribute("aria-current", one === link);
  for (const item of ids.map(itemOf)) if (item) list.append(item);
  rove();
});
