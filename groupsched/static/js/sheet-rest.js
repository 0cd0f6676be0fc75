// The cover comes by itself when the tab goes to the background, and after a minute without a touch.
const REST = 60000;
let last = Date.now();
let leaving = false;

const wake = () => { last = Date.now(); };
for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, wake);

function cover() {
  if (!document.querySelector("body > .cover")) document.querySelector("[data-hide-screen]")?.click();
}

// A page that one leaves is "hidden" too: covered then, the next one in this tab would come up covered.
addEventListener("pagehide", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });
document.addEventListener("visibilitychange", () => { if (document.hidden && !leaving) cover(); });
setInterval(() => { if (Date.now() - last > REST) cover(); }, 1000);
