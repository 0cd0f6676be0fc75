// Whoever signs out while something of theirs waits on this device to be sent is asked first (signing-out.js goes on).
import { waitingOf } from "./waiting.js";

// Nobody is kept from leaving by a storage that does not answer.
const PATIENCE = 2000;
const asks = document.getElementById("leaving");
let sure = false;

async function goes() {
  const late = new Promise((done) => { setTimeout(() => done(0), PATIENCE); });
  const count = await Promise.race([waitingOf(asks.dataset.who).catch(() => 0), late]);
  if (!count) return true;
  const words = JSON.parse(asks.dataset.words)[count === 1 ? 0 : 1];
  asks.querySelector("p").textContent = words.replace("…", count);
  asks.returnValue = "";
  asks.showModal();
  await new Promise((done) => { asks.addEventListener("close", done, { once: true }); });
  return asks.returnValue === "out";
}

addEventListener("submit", async (event) => {
  const form = event.target;
  if (sure || !/\/sign-out$/.test(form.action)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  sure = await goes();
  if (sure) form.querySelector("button").click();
}, true);
