// A second tap of a shaky hand is not a second wish, and nothing that has just come under a finger is meant by it.
// What is not taken is seen not to be: it turns pale for a moment.
const PALE = 300;
const until = new WeakMap();
let place = null;

export function deafen(element, milliseconds) {
  listen();
  if (element) until.set(element, performance.now() + milliseconds);
}

// Where something has just gone: what was beneath it is not meant.
export function deafenPlace(box, milliseconds) {
  listen();
  place = { box, until: performance.now() + milliseconds };
}

function deaf({ target, detail, clientX: x, clientY: y }) {
  const now = performance.now();
  for (let at = target; at; at = at.parentElement) if ((until.get(at) ?? 0) > now) return true;
  // Without a finger (`detail` 0) a click is nowhere.
  if (!detail || !(place?.until > now)) return false;
  const { left, right, top, bottom } = place.box;
  return x >= left && x < right && y >= top && y < bottom;
}

function hush(event) {
  if (!(event.target instanceof Element) || !deaf(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const seen = event.target.closest("button, a, label") ?? event.target;
  seen.classList.add("is-deaf");
  setTimeout(() => seen.classList.remove("is-deaf"), PALE);
}

// Once, however often: pages share this file, and those that deafen nothing have no listener.
function listen() {
  addEventListener("click", hush, true);
}
