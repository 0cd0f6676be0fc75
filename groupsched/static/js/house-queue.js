// What was done in a roll-call and is not answered yet: that it began, and the last word on each tile. Sent the oldest
// first, each answered alone; the same twice changes nothing. What one person did is never sent by another.
import { Drill } from "./house-drill.js";
import { keep, keptCalls } from "./house-kept.js";
import { ask } from "./sheet-ask.js";
import { renewed } from "./sheet-send.js";
import { keepDrill } from "./vault.js";

const form = document.getElementById("house");
const { site, who, begin } = form.dataset;
const place = `${site} ${who}`;
const listeners = new Set();
let sending = null;
let restored = null;

export const drill = new Drill();
export const queue = {
  line: "fine",
  kept: 0, // how much of it is written down: only that may be said to be kept
  safe: true, // whether this browser keeps what waits
  others: 0, // what waits here for somebody else
  get size() { return drill.size; },
  onChange: (hear) => listeners.add(hear),
};

// Whether other pages have to look for it (outgoing.js).
function remember() {
  try {
    localStorage.setItem("house-waits", "1");
  } catch {
    // A browser that keeps nothing sends from here alone.
  }
}

// Not before what an earlier page left is there: it would be overwritten.
async function changed() {
  await restore();
  const { size, began } = drill;
  const value = size ? { began, wishes: [...drill.wishes] } : null;
  if (value) remember();
  queue.safe = await keep(place, value);
  queue.kept = size;
  for (const hear of listeners) hear();
}

// How it stands, with the names of those who are out: a page without a line goes on from it. What is no roll-call any
// more is kept too, so that nothing older speaks in its place.
export function keepAsItIs(labels, roll = drill.roll) {
  const { since, now, out } = drill;
  const none = { roll, since: 0, now: Math.max(now, Date.now() + drill.apart), out: {} };
  const kept = roll ? { roll, since, now, out } : none;
  const called = Object.entries(labels).filter(([key]) => key in kept.out);
  return keepDrill(who, site, { ...kept, called: Object.fromEntries(called) }).catch(() => {});
}

// The drill begins, now.
export function beginHere() {
  drill.begin(Date.now());
  changed();
}

// A tile is out, or is not after all; a name that was called out comes with its own key.
export function wish(key, out, name = "") {
  if (drill.wish(key, out, name, Date.now())) changed();
}

// So old it is over, with a line or without.
export function aged() {
  const over = drill.age(Date.now());
  if (over) changed();
  return over;
}

function verdict({ status, data }) {
  if (status === 401) return "signed-out";
  if (data?.code === "csrf") return "secret";
  return data && (status === 200 || status === 409) ? "fine" : "offline";
}

function send(address, fields) {
  const csrf_token = form.elements.csrf_token.value;
  const body = new URLSearchParams(Object.entries({ csrf_token, ...fields, sent: Date.now() }));
  return ask(address, { method: "POST", body, headers: { Accept: "application/json" } });
}

// What was answered, null where nothing was.
async function post(address, fields) {
  let answer = await send(address, fields);
  queue.line = verdict(answer);
  // A page that was opened without a line has no secret yet; signed in anew, one has another.
  if (queue.line === "secret") {
    queue.line = await renewed(form.dataset.stay, who);
    if (queue.line) return null;
    answer = await send(address, fields);
    queue.line = verdict(answer);
  }
  if (queue.line !== "fine") return null;
  heard(answer.data);
  return answer.data;
}

// For stay.js, and for what is kept (keeping.js).
function heard({ now }) {
  if (now) drill.apart = now - Date.now();
  for (const what of ["heard", "known"]) document.dispatchEvent(new Event(what));
}

async function sendBegun(take) {
  const at = drill.began;
  const told = await post(begin, { at });
  if (!told) return false;
  drill.told(told, at);
  await take(told);
  return true;
}

async function sendNext(take) {
  const [key, one] = drill.wishes.entries().next().value;
  const fields = { mark: `${key}.${one.out ? 1 : 0}`, name: one.name, at: one.at, roll: one.roll };
  const told = await post(form.action, fields);
  if (!told) return false;
  if (drill.wishes.get(key) === one) drill.wishes.delete(key);
  await take(told);
  return true;
}

// What is answered is kept as answered before it waits no longer: between the two it is there twice, never not at all.
async function sendAll(take) {
  let goes = true;
  while (goes && queue.size) {
    goes = drill.began ? await sendBegun(take) : await sendNext(take);
    changed();
  }
}

// Sends what waits; `take` gets each answer. Over when nothing is on its way any more, whoever sent it.
export function flush(take) {
  sending ??= sendAll(take).finally(() => { sending = null; });
  return sending;
}

// How it stands, unless something waits: nobody touched anything for this question, it keeps no sign-in alive.
export async function look(take) {
  if (sending) return;
  const options = { headers: { Accept: "application/json", "X-Unattended": "1" } };
  const answer = await ask(form.dataset.state, options);
  queue.line = verdict(answer);
  if (queue.line === "fine") document.dispatchEvent(new Event("known"));
  if (queue.line === "fine" && !queue.size) await take(answer.data);
  for (const hear of listeners) hear();
}

async function readKept() {
  for (const [id, value] of await keptCalls()) {
    if (id === place) drill.restore(value);
    else if (id.startsWith(`${site} `)) queue.others += value.wishes.length;
  }
  queue.kept = queue.size;
}

export function restore() {
  restored ??= readKept();
  return restored;
}
