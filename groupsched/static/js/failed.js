// A part of a page that could not be asked anew: said aloud, and seen, with a way to ask again.
import { say } from "./say.js";

const notice = document.getElementById("failed");
let asked = null;

function show(event) {
  if (event.detail.requestConfig?.verb === "get" || event.target.closest("[data-define]")) asked = event.detail.elt;
  notice.hidden = false;
  say(notice.querySelector("p").textContent);
}

// A date that is skipped is not skipped back: what is asked again is the form as it is now.
function again() {
  const known = asked?.isConnected ? asked.closest("form") : null;
  const at = known || document.querySelector("main form[hx-get], main form[hx-post], main [data-define]");
  const part = at?.matches("[hx-trigger]") ? at : at?.querySelector("[hx-trigger]");
  if (part) window.htmx.trigger(part, "change");
  else location.reload();
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, show);
document.addEventListener("htmx:afterSwap", () => { notice.hidden = true; });
notice?.querySelector("button").addEventListener("click", again);
