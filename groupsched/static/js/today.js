// Today keeps itself up to date while it is looked at: what changed is changed in place, nothing else is touched. What
// has the focus keeps it, a fold stays open, and nothing changes under a finger.
import { keepSheets } from "./keeping.js";

const EVERY = 60_000;
const page = document.querySelector("[data-live]");
let touching = false;

const addressOf = (element) => element?.closest?.("a")?.getAttribute("href") || element?.form?.getAttribute("action");
const isKept = (element, name) => (element.tagName === "DETAILS" && name === "open")
  || (element.name === "csrf_token" && name === "value");

function sameAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !isKept(old, name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !isKept(old, name)) old.setAttribute(name, value);
  }
}

// One tree made like another, with as few changes as it takes.
function follow(old, fresh) {
  const pairs = [...old.childNodes].map((node, at) => [node, fresh.childNodes[at]]);
  const alike = old.childNodes.length === fresh.childNodes.length
    && pairs.every(([one, other]) => one.nodeName === other.nodeName);
  if (!alike) {
    old.replaceChildren(...fresh.childNodes);
    return;
  }
  for (const [one, other] of pairs) {
    if (one.nodeType !== Node.ELEMENT_NODE) {
      if (one.nodeValue !== other.nodeValue) one.nodeValue = other.nodeValue;
    } else {
      sameAttributes(one, other);
      follow(one, other);
    }
  }
}

function keepFocus(change) {
  const before = document.activeElement;
  const address = page.contains(before) ? addressOf(before) : null;
  change();
  if (!address || (before.isConnected && addressOf(before) === address)) return;
  const found = [...page.querySelectorAll("a, button")].find((one) => addressOf(one) === address);
  found?.focus({ preventScroll: true });
}

async function refresh() {
  if (document.hidden || touching) return;
  // Nobody asked for it: it does not keep a sign-in alive.
  const options = { headers: { "X-Unattended": "1" }, redirect: "error" };
  const answer = await fetch(page.dataset.live, options).catch(() => null);
  const text = answer?.ok ? await answer.text().catch(() => "") : "";
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-live]");
  if (fresh && !touching) keepFocus(() => follow(page, fresh));
}

let next = setInterval(refresh, EVERY);
addEventListener("pointerdown", () => { touching = true; });
for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => { touching = false; });
document.addEventListener("visibilitychange", () => {
  clearInterval(next);
  if (document.hidden) return;
  refresh();
  next = setInterval(refresh, EVERY);
});

if (document.getElementById("keeping")) keepSheets();
