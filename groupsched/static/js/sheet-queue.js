// The queue of this browser, and when it is sent: at a tap, when the line or the page is back, every twenty seconds, by
// hand. Who is signed in and which device this is go with each operation, made at the tap.
import { Outbox } from "./sheet-outbox.js";
import { facts } from "./sheet-page.js";
import { makeSend, newId, renewed } from "./sheet-send.js";
import { drop, keep, kept, works } from "./sheet-store.js";
import { makeTime } from "./sheet-time.js";

const EVERY = 20_000;
const listeners = { heard: [], changed: [] };

export const on = (what, then) => listeners[what].push(then);

const tell = (what) => (...given) => { for (const then of listeners[what]) then(...given); };
const steady = () => performance.now();

function remembered(name, make) {
  try {
    const known = localStorage.getItem(name) || make();
    localStorage.setItem(name, known);
    return known;
  } catch {
    return make();
  }
}

// How far this clock is from the server's, as it was measured last: for a page that is opened without a line.
const apart = Number(remembered("sheet-apart", () => "0")) || 0;

function learn(found) {
  try {
    localStorage.setItem("sheet-apart", String(Math.round(found)));
  } catch {
    // Measured anew by the next answer.
  }
}

export const time = makeTime(Date.now, steady, apart, learn);

// The page itself was an answer: the server's time when it was written. One that was kept is none.
const [loaded] = performance.getEntriesByType("navigation");
if (loaded?.responseStart && facts.now) time.hear(facts.now, loaded.requestStart, loaded.responseStart);

let lastSeq = 0;

function nextSeq() {
  lastSeq = Math.max(lastSeq, Number(remembered("sheet-seq", () => "0"))) + 1;
  try {
    localStorage.setItem("sheet-seq", String(lastSeq));
  } catch {
    // Counted in this page alone.
  }
  return lastSeq;
}

const shared = Boolean(document.getElementById("cover").dataset.device);
// The sign-in of a paired tablet speaks for its marks when somebody else is signed in by the time they are sent.
const unlockNow = () => document.getElementById("cover").dataset.key || facts.unlock || "";
const device = remembered("sheet-device", newId);
const address = (sheet) => facts.home.replace(facts.uid, sheet) + "/operations";
// Only a paired tablet says how many marks wait on it.
export const waits = () => (shared ? { "X-Waiting": String(queue.entries.length) } : {});
const secret = () => document.querySelector("input[name=csrf_token]")?.value ?? "";
const renew = () => renewed(facts.stay, facts.who);
const send = makeSend({ address, waits, secret, renew, device, time, steady });
const store = { drop, keep, kept };

const [heard, changed] = [tell("heard"), tell("changed")];
export const queue = new Outbox({ store, send, who: facts.who, heard, changed, shared });

// Asked once: a browser that is short of room then does not clear what waits.
function persist() {
  remembered("sheet-persist", () => {
    navigator.storage?.persist?.().catch(() => {});
    return "asked";
  });
}

// What stands, made now: never read when it is sent. `more` is for this page, and may ask for the id: which rows it
// touches, what they were. No name of anybody on a tile is in it.
export function act(kind, fields, more = {}) {
  const id = newId();
  const iso = (moment) => new Date(moment).toISOString();
  const at = { observed_at: iso(time.now()), claimed_at: iso(time.claimed()) };
  const op = { op_id: id, kind, device, seq: nextSeq(), actor: facts.who, unlock: unlockNow(), ...at, ...fields };
  const entry = { id, sheet: facts.uid, op, touches: [], ...(typeof more === "function" ? more(id) : more) };
  queue.add(entry);
  persist();
  return entry;
}

export function start() {
  works().then((does) => {
    queue.keeps = queue.keeps && does;
    tell("changed")();
  });
  const again = () => { if (queue.ready.length) queue.flush(); };
  addEventListener("online", again);
  document.addEventListener("unlocked", again);
  document.getElementById("stay")?.addEventListener("close", again);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    time.wake();
    again();
  });
  setInterval(again, EVERY);
  return queue.load();
}
