// Tiles or a list of rows, as this browser likes it: the same elements, shown otherwise, so that nothing that waits is
// left. Without this the links of the menu load the page again.
import { list } from "./sheet-page.js";

const YEAR = 365 * 24 * 3600;
const links = [...document.querySelectorAll("[data-as]")];

addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-as]");
  if (!link) return;
  event.preventDefault();
  const { as } = link.dataset;
  list.classList.toggle("people-list", as === "list");
  for (const one of links) one.parentElement.hidden = one === link;
  const safe = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `sheet-as=${as}; Path=/; Max-Age=${YEAR}; SameSite=Lax${safe}`;
  link.closest("details").open = false;
  link.closest("details").querySelector("summary").focus();
});
