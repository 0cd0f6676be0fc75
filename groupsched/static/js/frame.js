// What every page shares: the privacy cover, the display, focus on what needs it, menus that close, words for failures.
import "./cover.js";
import { isTablet } from "./cover-kept.js";
import { comeBack } from "./focus.js";
import { say } from "./say.js";
import "./failed.js";
import "./once.js";
import "./signing-out.js";
import { watch } from "./stay.js";
import "./theme.js";

const stay = document.getElementById("stay");
// A paired tablet locks itself instead (cover.js).
if (stay && !isTablet()) watch(stay);

document.documentElement.classList.add("scripted");

document.querySelector("[data-focus]")?.focus();
comeBack();
// What stands on a page when it comes is not read out: only what changes in it is.
const flashes = [...document.querySelectorAll("[data-flash]")].map((flash) => flash.textContent.trim());
if (flashes.length) say(flashes.join(" "));

addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  event.target.querySelector?.("[data-focus]")?.focus();
});
