// What is tapped in the moment before the sheet is alive is done when it is, in the same order: no tap is lost to it.
const MEANT = "#people a, #people button, .sheet-foot a, .sheet-foot button, .counts button, [data-sort]";
const early = [];

function hold(event) {
  const target = event.target.closest?.(MEANT);
  if (!target) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  early.push(target);
}

export function holdTaps() {
  addEventListener("click", hold, true);
}

export function letTapsGo() {
  removeEventListener("click", hold, true);
  for (const target of early.splice(0)) target.click();
}
