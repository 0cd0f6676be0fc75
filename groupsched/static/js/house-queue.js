// What was done in a roll-call and is not answered yet: that it began, and the last word on each tile. Sent the oldest
// first, each answered alone; the same twice changes nothing. What one person did is never sent by another.
import { keep, keptCalls } from "./house-kept.js";
import { ask } from "./sheet-ask.js";
import { renewed } from "./sheet-send.js";

const form = document.getElementById("house");
const { site, who, begin } = form.dataset;
const place = `${site} ${who}`;
const wishes = new Map();
const listeners = new Set();
let began = null;
let sending = null;

export const queue = {
  line: "fine",
  kept: 0, // how much of it is written down: only that may be said to be kept
  safe: true, // whether this browser keeps what waits
  others: 0, // what waits here for somebody else
  get size() { return wishes.size + (began ? 1 : 0); },
  get began() { return began; },
  wish: (key) => wishes.get(key),
  wishes: () => [...wishes],
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

function changed() {
  const { size } = queue;
  const value = size ? { began, wishes: [...wishes] } : null;
  if (value) remember();
  keep(place, value).then((done) => {
    queue.safe = done;
    queue.kept = size;
    for (const hear of listeners) hear();
  });
}

export const roll = () => form.elements.roll.value;

// The drill begins, now.
export function beginHere() {
  began = Date.now();
  changed();
}

// A tile is out, or is not after all; a name that was called out comes with its own key.
export function wish(key, out, name = "") {
  wishes.delete(key);
  wishes.set(key, { out, name, at: Date.now(), roll: roll() });
  changed();
}

function verdict({ status, data }) {
  if (status === 401) return "signed-out";
  if (data?.code === "csrf") return "secret";
  return data && (status === 200 || status === 409) ? "fine" : "offline";
}

function send(address, fields) {
  const body = new URLSearchParams(Object.entries({ csrf_token: form.elements.csrf_token.value, ...fields }));
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
  heard();
  return answer.data;
}

// For stay.js, and for what is kept (keeping.js).
function heard() {
  for (const what of ["heard", "known"]) document.dispatchEvent(new Event(what));
}

async function sendBegun(take) {
  const at = began;
  const told = await post(begin, { at });
  if (!told) return false;
  if (began === at) began = null;
  take(told);
  return true;
}

async function sendNext(take) {
  const [key, one] = wishes.entries().next().value;
  const fields = { mark: `${key}.${one.out ? 1 : 0}`, name: one.name, at: one.at, roll: one.roll || roll() };
  const told = await post(form.action, fields);
  if (!told) return false;
  if (wishes.get(key) === one) wishes.delete(key);
  take(told);
  return true;
}

async function sendAll(take) {
  let goes = true;
  while (goes && queue.size) {
    goes = began ? await sendBegun(take) : await sendNext(take);
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
  if (queue.line === "fine" && !queue.size) take(answer.data);
  for (const hear of listeners) hear();
}

export async function restore() {
  for (const [id, value] of await keptCalls()) {
    if (id === place) {
      ({ began } = value);
      for (const [key, one] of value.wishes) if (!wishes.has(key)) wishes.set(key, one);
    } else if (id.startsWith(`${site} `)) queue.others += value.wishes.length;
  }
  queue.kept = queue.size;
}
