// "Hide screen": a clock over everything. The page beneath is hidden and inert, the tab's title is only the time. It
// comes by hand; by itself when a page of staff goes to the background (lifted when it is back soon), and after a
// minute without a touch on a paired tablet and on a sheet. Five minutes after the last use a tap is not enough.
import { clockface } from "./clockface.js";
import { coveredBy, isTablet, keepCovered, keepTablet, tablet } from "./cover-kept.js";
import { tellScreen } from "./unlock.js";

const FREE = 300_000;
const REST = 60_000;
const template = document.getElementById("cover");
const root = document.documentElement;
const said = template?.dataset ?? {};
// A browser that has lost what made it a tablet is none any more; one that was unpaired is asked about (tablet.js).
if (said.key && !said.device && !("unpaired" in said) && tablet()) keepTablet(null);
const paired = isTablet();
const secrets = () => document.querySelectorAll("input[name=csrf_token]");
let used = Date.now();
let cover = null; // { node, back, by, since } while it lies over the page

const isOver = () => Date.now() - cover.since >= FREE;
const answered = ({ secret }) => { for (const field of secrets()) field.value = secret; };

function lay(title) {
  const from = document.activeElement;
  const node = template.content.firstElementChild.cloneNode(true);
  // The warning that a sign-in rests is a dialog: hidden here, it would open later, seen by nobody and over everything.
  const beneath = [...document.body.children].filter((element) => !element.hidden && element.id !== "stay");
  for (const element of beneath) element.hidden = true;
  document.body.append(node);
  const tick = clockface(node, said.locale);
  const turn = () => {
    document.title = tick();
    if (paired && isOver()) lockNow();
  };
  const timer = setInterval(turn, 1000);
  const back = () => {
    clearInterval(timer);
    node.remove();
    for (const element of beneath) element.hidden = false;
    document.title = title;
    from?.focus?.();
  };
  node.querySelector("[data-back]").addEventListener("click", tap);
  return { node, back, turn };
}

// `by`: "hand", "rest", "away" (the page is in the background), "out" (nobody is signed in any more).
function hide(by, since, title = document.title) {
  if (!template || (cover && cover.by !== "away")) return;
  keepCovered({ by, since, key: said.key ?? "" });
  if (by === "hand" || by === "rest") tellScreen("hidden", secrets()[0]?.value);
  cover = cover ? { ...cover, by, since } : { ...lay(title), by, since };
  cover.turn();
  cover.node.querySelector("button:not([hidden])")?.focus();
}

function lift() {
  const { back } = cover;
  cover = null;
  used = Date.now();
  keepCovered(null);
  back();
}

async function tap() {
  const { by } = cover;
  if (by === "away") return lift();
  const late = isOver();
  if (!late) lift();
  const known = await tellScreen("shown", secrets()[0]?.value);
  if (known) answered(known);
  if (late && known !== undefined) lift();
  // Nobody is signed in here any more: the page stays hidden, under the way to sign in again.
  if (known === null) document.dispatchEvent(new Event("signed-out"));
  return undefined;
}

// On a tablet the keys of the PIN take the place of the tap (cover-pin.js).
function lockNow() {
  if (cover.locked) return;
  cover.locked = true;
  const open = (known) => {
    if (known.secret) answered(known);
    if (known.unlock) said.key = known.unlock;
    lift();
    document.dispatchEvent(new Event("unlocked"));
  };
  const told = { node: cover.node, who: said.who, secret: secrets()[0]?.value, next: location.pathname, open };
  document.dispatchEvent(new CustomEvent("lock", { detail: told }));
}

addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-hide-screen]") || !template) return;
  event.preventDefault();
  hide("hand", Date.now());
});

for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
  addEventListener(kind, () => { used = Date.now(); }, { passive: true });
}

if (template && (paired || "staff" in said)) {
  // A page that one leaves is "hidden" too; one that comes back out of the memory of the browser goes on.
  const away = () => hide("away", used);
  addEventListener("pagehide", away);
  document.addEventListener("freeze", away);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) away();
    else if (cover?.by === "away" && !isOver()) lift();
    else cover?.turn();
  });
  addEventListener("pageshow", ({ persisted }) => { if (persisted && cover?.by === "away" && !isOver()) lift(); });
}
if (template && (paired || document.body.classList.contains("sheetbody"))) {
  setInterval(() => { if (!cover && Date.now() - used > REST) hide("rest", used); }, 1000);
}
if (paired) document.addEventListener("signed-out", () => hide("out", 0));

// js/covered.js hid the page before it was drawn: the tab was loaded again.
if (root.classList.contains("covered")) {
  const { by, since } = coveredBy() ?? { by: "hand", since: Date.now() };
  if (template) hide(by, since, root.dataset.title ?? document.title);
  root.classList.remove("covered");
}
