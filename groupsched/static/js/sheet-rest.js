// The cover comes by itself when the tab goes to the background, and after a minute without a touch.
const REST = 60000;
let last = Date.now();

const wake = () => { last = Date.now(); };
for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, wake);

function cover() {
  if (!document.querySelector("body > .cover")) document.querySelector("[data-hide-screen]")?.click();
}

document.addEventListener("visibilitychange", () => { if (document.hidden) cover(); });
setInterval(() => { if (Date.now() - last > REST) cover(); }, 1000);
