// Nothing is left behind without a word: whoever leaves while marks wait is asked, and the browser asks too.
import { deafen } from "./sheet-deaf.js";
import { facts, snack } from "./sheet-page.js";
import { queue } from "./sheet-queue.js";

const NEW = 400;
const SHORT = 1500;
const strip = document.getElementById("leave");
let goes = null;
let going = false;

// `go` leaves the page: at once where nothing waits, else when it is sent, else when somebody says so.
async function leave(go) {
  const shortly = new Promise((done) => { setTimeout(done, SHORT); });
  if (queue.mine.length) await Promise.race([queue.flush(), shortly]);
  if (!queue.mine.length) {
    going = true;
    go();
    return;
  }
  goes = go;
  strip.hidden = false;
  snack.hidden = true;
  deafen(strip, NEW);
  strip.querySelector("[data-stays]").focus();
}

strip.addEventListener("click", (event) => {
  if (event.target.closest("[data-stays]")) strip.hidden = true;
  else if (event.target.closest("[data-goes]")) {
    going = true;
    goes();
  }
});

function follow(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || link.target || (link.hash && link.pathname === location.pathname)) return;
  if (!queue.mine.length) return;
  event.preventDefault();
  leave(() => location.assign(link.href));
}

// Begun after every other listener, which prevent what they do themselves.
export function guard() {
  addEventListener("click", follow);
  addEventListener("beforeunload", (event) => {
    if (queue.mine.length && !going) event.preventDefault();
  });
  addEventListener("pageshow", () => { going = false; });
}

// To the sheet as it stands now: finished, its summary.
export const home = () => leave(() => location.assign(facts.home));
