// What an earlier sheet left waiting on this device, said and sent from every page of staff: nobody has to open that
// sheet again. Each under who made it, as on the sheet itself (sheet-outbox.js).
import { say } from "./say.js";
import { Outbox } from "./sheet-outbox.js";
import { makeSend, newId, renewed } from "./sheet-send.js";
import { drop, keep, kept } from "./sheet-store.js";
import { makeTime } from "./sheet-time.js";

const EVERY = 20_000;
const DONE = ["applied", "duplicate"];
const box = document.getElementById("outgoing");
const button = box.querySelector("[data-act]");
const { who, stay } = box.dataset;
const says = JSON.parse(box.dataset.says);
const acts = JSON.parse(box.dataset.acts);
const shared = Boolean(document.getElementById("cover").dataset.device);
const steady = () => performance.now();
const sheetOf = (sheet) => box.dataset.sheet.replace(/-$/, sheet);
const look = [];
let sent = 0;
let said = "";

// Nobody touched anything for this: it does not keep a sign-in alive.
const still = () => ({ "X-Unattended": "1", ...(shared ? { "X-Waiting": String(queue.entries.length) } : {}) });

const send = makeSend({
  address: (sheet) => `${sheetOf(sheet)}/operations`,
  device: localStorage.getItem("sheet-device") || newId(),
  secret: () => document.querySelector("input[name=csrf_token]")?.value ?? "",
  renew: () => renewed(stay, who, { "X-Unattended": "1" }),
  time: makeTime(Date.now, steady),
  waits: still,
  steady,
});

function heard(_data, settled) {
  for (const { entry, outcome } of settled) {
    if (DONE.includes(outcome)) sent += 1;
    else if (!entry.aside && !entry.held) look.push(entry);
  }
  document.dispatchEvent(new Event("sent"));
}

const queue = new Outbox({ store: { drop, keep, kept }, send, who, heard, changed: show, shared });

// What to say, of how many, and the entry that it is about.
function state() {
  const { ready, aside, others, line } = queue;
  if (ready.length) return [says[line] ? line : "waiting", ready.length, ready[0]];
  if (aside.length) return ["aside", aside.length, aside[0]];
  if (look.length) return ["look", look.length, look[0]];
  if (others.length) return ["other", others.length];
  return sent ? ["sent", sent] : ["", 0];
}

function show() {
  const [key, number] = state();
  box.hidden = !key;
  box.dataset.state = key;
  box.querySelector(".notice").classList.toggle("notice-warn", key !== "sent");
  if (!key) return;
  const words = says[key][number === 1 ? 0 : 1].replace("…", number);
  box.querySelector("[data-words]").textContent = words;
  button.hidden = !acts[key];
  button.textContent = acts[key] || "";
  if (words !== said) say(words);
  said = words;
}

// Another tab may have sent some, or left more.
async function turn() {
  if (queue.busy || document.hidden) return;
  const there = new Set((await kept()).map(({ id }) => id));
  queue.entries = queue.entries.filter(({ id }) => there.has(id));
  await queue.load();
}

button.addEventListener("click", () => {
  const [key, , entry] = state();
  if (key === "signed-out") location.reload();
  else if (["reason", "aside", "look"].includes(key)) location.assign(sheetOf(entry.sheet));
  else turn();
});

document.getElementById("main").prepend(box);
for (const kind of ["online", "unlocked", "visibilitychange"]) {
  (kind === "online" ? window : document).addEventListener(kind, () => turn());
}
setInterval(turn, EVERY);
turn();
