// This sheet as it stands, kept sealed for the time without a line, a moment after each change; let go when finished.
import { facts } from "./sheet-page.js";
import { queue } from "./sheet-queue.js";
import { snapshot } from "./sheet-state.js";
import { dropSheet, keepSheet } from "./vault.js";

const MOMENT = 1500;
const title = document.querySelector(".sheet-title .name").textContent;
// On the day itself the page does not say the day, which the list of what is kept does.
const hours = document.querySelector(".sheet-title small");
const line = hours.textContent.trim() + (hours.dataset.day ?? "");
const dense = document.getElementById("people").classList.contains("people-28");
let timer = 0;
let before = "";
let over = false;

async function keep() {
  timer = 0;
  const now = snapshot();
  if (!now || over) return;
  const is = JSON.stringify(now);
  if (is === before) return;
  before = is;
  await keepSheet(facts.who, facts.uid, { uid: facts.uid, title, line, dense, ...now });
}

export function keepSoon() {
  timer ||= setTimeout(() => keep().catch(() => {}), MOMENT);
}

// Nobody marks on it any more: its labels go, unless something waits for it.
export async function letGo() {
  if (queue.of(facts.uid).length) return;
  over = true;
  await dropSheet(facts.who, facts.uid).catch(() => {});
}
