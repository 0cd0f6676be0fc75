// A second tap of a shaky hand is not a second wish, and nothing that has just come under a finger is meant by it.
const until = new WeakMap();

export function deafen(element, milliseconds) {
  if (element) until.set(element, performance.now() + milliseconds);
}

function deaf(target) {
  for (let at = target; at; at = at.parentElement) if ((until.get(at) ?? 0) > performance.now()) return true;
  return false;
}

addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !deaf(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
