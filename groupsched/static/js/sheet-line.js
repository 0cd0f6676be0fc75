// The line to the server: how many acts are on their way, and whether it answered last. The chip in the bar says so.
import { list } from "./sheet-page.js";

const saved = document.getElementById("saved");

export const line = { waiting: 0, offline: false };

// What is kept, in words. A mark that could not be sent stays on its tile until it is made again.
export function chip() {
  const lost = list.querySelectorAll(".is-unsaved").length;
  const { saving, offline: none, lost: some, saved: all } = saved.dataset;
  const words = line.waiting ? saving : line.offline ? none : lost ? some.replace("…", lost) : all;
  saved.querySelector("span").textContent = words;
  warns(saved, line.offline || lost > 0);
}

export function reached(is) {
  line.offline = !is;
  chip();
}

// Both signs stand in the page: none can be fetched while the line is down.
export function warns(element, is) {
  element.classList.toggle("is-wait", is);
}
