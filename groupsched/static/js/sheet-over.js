// What lies over the sheet: the row from below on a narrow screen, and the sections in place of it. The rest is inert.
import { deafen } from "./sheet-deaf.js";
import { narrow, panel, sheet } from "./sheet-page.js";

const NEW = 400;
let opened = null;
let before = null;

const shut = () => (opened && !opened.hidden ? opened : null);

export function rest() {
  const modal = Boolean(panel()) && narrow.matches;
  if (modal) panel().setAttribute("role", "dialog");
  else panel()?.removeAttribute("role");
  panel()?.toggleAttribute("aria-modal", false);
  if (modal) panel().setAttribute("aria-modal", "true");
  const over = shut() || (modal ? panel() : null);
  for (const element of sheet.children) element.toggleAttribute("inert", over !== null && element !== over);
  // The bar with the way to hide the screen stays.
  if (shut()) sheet.querySelector(".appbar").inert = false;
}

export function openOver(section, focus) {
  before = document.activeElement;
  opened = section;
  section.hidden = false;
  deafen(section, NEW);
  rest();
  (focus || section.querySelector("h2")).focus();
}

export function closeOver() {
  if (!shut()) return;
  opened.hidden = true;
  rest();
  if (before?.isConnected) before.focus({ preventScroll: true });
}

addEventListener("click", (event) => {
  if (event.target.closest?.("[data-over-close]")) closeOver();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shut()) closeOver();
});
