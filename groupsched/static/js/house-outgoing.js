// What was done in a roll-call and is not sent yet goes from every page of staff, as marks do
// (outgoing-send.js): nobody has to open it again. The same twice changes nothing, also where it is open elsewhere.
import { Drill } from "./house-drill.js";
import { keep, keptCalls } from "./house-kept.js";
import { ask } from "./sheet-ask.js";

const EVERY = 20_000;
const { who } = document.getElementById("outgoing").dataset;
// Nobody touched anything for this: it does not keep a sign-in alive.
const headers = { Accept: "application/json", "X-Unattended": "1" };
let busy = false;

// What was answered, null where nothing was; that a roll-call has ended is an answer.
async function post(address, fields) {
  const secret = document.querySelector("input[name=csrf_token]")?.value ?? "";
  const body = new URLSearchParams({ csrf_token: secret, ...fields, sent: Date.now() });
  const { status, data } = await ask(address, { method: "POST", body, headers });
  return data && data.code !== "csrf" && (status === 200 || status === 409) ? data : null;
}

// That it began, first: what was tapped since then is of that roll-call, and of no other that may run later.
async function sendBegun(house, call) {
  const told = await post(`${house}/begin`, { at: call.began });
  if (!told) return null;
  const drill = new Drill();
  drill.restore(call);
  drill.told(told, call.began);
  return [...drill.wishes];
}

async function sendCall(place, call) {
  const house = `/house/${place.split(" ")[0]}`;
  let rest = call.began ? await sendBegun(house, call) : call.wishes;
  while (rest) {
    await keep(place, rest.length ? { began: null, wishes: rest } : null);
    if (!rest.length) return;
    const [[key, { out, name, at, roll }]] = rest;
    if (!await post(`${house}/out`, { mark: `${key}.${out ? 1 : 0}`, name, at, roll })) return;
    rest = rest.slice(1);
  }
}

async function turn() {
  if (busy || document.hidden) return;
  busy = true;
  for (const [place, call] of await keptCalls()) if (place.endsWith(` ${who}`)) await sendCall(place, call);
  busy = false;
}

addEventListener("online", turn);
document.addEventListener("visibilitychange", turn);
setInterval(turn, EVERY);
turn();
