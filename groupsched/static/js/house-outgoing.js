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

// What waits of a roll-call by now, null where nothing does.
async function waiting(place) {
  const call = (await keptCalls()).get(place);
  if (!call) return null;
  const drill = new Drill();
  drill.restore(call);
  return drill;
}

// Sends the oldest; gives what its answer makes of what waits by then. That it began comes first: what was tapped since
// is of that roll-call, and of no other that may run later.
async function sendOne(house, { began, wishes }) {
  if (began) {
    const told = await post(`${house}/begin`, { at: began });
    return told && ((drill) => drill.told(told, began));
  }
  const [[key, { out, name, at, roll }]] = wishes;
  const told = await post(`${house}/out`, { mark: `${key}.${out ? 1 : 0}`, name, at, roll });
  return told && ((drill) => { if (drill.wishes.get(key)?.at === at) drill.wishes.delete(key); });
}

// Its page may be open and be tapped meanwhile: what is kept is read anew before it is changed.
async function sendCall(place) {
  const house = `/house/${place.split(" ")[0]}`;
  let goes = true;
  for (let drill = await waiting(place); goes && drill; drill = await waiting(place)) {
    const answered = await sendOne(house, drill);
    const now = answered && await waiting(place);
    if (!now) return;
    answered(now);
    goes = await keep(place, now.size ? { began: now.began, wishes: [...now.wishes] } : null);
  }
}

async function turn() {
  if (busy || document.hidden) return;
  busy = true;
  for (const place of (await keptCalls()).keys()) if (place.endsWith(` ${who}`)) await sendCall(place);
  busy = false;
}

addEventListener("online", turn);
document.addEventListener("visibilitychange", turn);
setInterval(turn, EVERY);
turn();
