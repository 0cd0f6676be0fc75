// The sheets of the day, kept on this device while there is a line: the worker that opens them without one, and what is
// on them, sealed for whoever is signed in; and who is in the house. Asked for when staff open Today, a sheet or a
// roll-call, and ten minutes after that.
import { kept } from "./sheet-store.js";
import { dropSheet, heardOf, keepHouses, keepSheet, keptSheets, known, note, personKey, sweep } from "./vault.js";

const OLD = 600_000;
const SOON = 60_000;
const SCOPE = "/";
// Who is in the house changes by the minute: where it is looked at it is kept as it stands.
const HOUSE_OLD = location.pathname.startsWith("/house") ? SOON : OLD;
// Nobody touched anything for this question: it does not keep a sign-in alive.
const UNATTENDED = { Accept: "application/json", "X-Unattended": "1" };
const told = document.getElementById("keeping")?.dataset ?? {};
const [, open] = /^\/sheet\/([^/]+)$/.exec(location.pathname) ?? [];
let heard = 0;

async function keepAll({ sheets }, at) {
  for (const sheet of sheets) await keepSheet(told.who, sheet.uid, { ...sheet, at });
  const there = new Set([open, ...sheets.map(({ uid }) => uid), ...(await kept()).map(({ sheet }) => sheet)]);
  for (const { uid } of await keptSheets(told.who)) if (!there.has(uid)) await dropSheet(told.who, uid);
}

// The server knows who is signed in, now: their labels may stay, nobody else's do.
async function isKnown() {
  await personKey(told.who);
  await heardOf(told.who);
  await note(told.who, { unlock: document.getElementById("cover").dataset.key });
}

// An answer for whoever this page is of, {at, response}; in another tab somebody else may have signed in meanwhile.
async function asked(address, more = {}) {
  const options = { headers: { ...UNATTENDED, ...more }, cache: "no-store", redirect: "manual" };
  const response = await fetch(address, options);
  const at = Date.parse(response.headers.get("X-Now"));
  if (!at || response.headers.get("X-Who") !== told.who) return {};
  await isKnown();
  return { at, response };
}

async function fetchAhead(age) {
  const before = await known(told.who);
  if (Date.now() - (before.asked ?? 0) < age) return;
  const { at, response } = await asked(told.ahead, { "If-None-Match": before.tag ?? "" });
  if (!at) return;
  const data = response.status === 200 ? await response.json() : { tag: before.tag };
  if (data.sheets) await keepAll(data, at);
  // Not before all is here: a page that is left meanwhile takes the answer with it, and the next one asks again.
  await note(told.who, { at, tag: data.tag, asked: Date.now() });
}

async function fetchHouses(age) {
  const { housed = 0 } = await known(told.who);
  if (!told.house || Date.now() - housed < age) return;
  const { at, response } = await asked(told.house);
  if (!at) return;
  await keepHouses(told.who, { ...await response.json(), at, apart: at - Date.now() });
  await note(told.who, { housed: Date.now() });
}

// Asked at most once a minute, of what is older than `age`.
async function again(age) {
  if (!told.who || Date.now() - heard < SOON) return;
  heard = Date.now();
  await sweep();
  await fetchAhead(age);
  await fetchHouses(Math.min(age, HOUSE_OLD));
}

// One worker for every page of staff. A browser looks by itself for a newer one only of the page that it goes to.
async function hire() {
  const registered = await navigator.serviceWorker?.register(told.worker, { scope: SCOPE, updateViaCache: "none" });
  if (!registered?.active) return;
  await registered.update();
  // The release before had one for the sheets and one for Today: theirs would go before this one's.
  for (const one of await navigator.serviceWorker.getRegistrations()) {
    if (one.scope !== registered.scope) await one.unregister();
  }
}

const quietly = (done) => done.catch(() => {});

let begun = false;

// What a page of staff does once, when it comes; a roll-call's shell and its page are one.
export function keepSheets() {
  if (begun) return;
  begun = true;
  if (told.who) {
    const look = document.documentElement.dataset;
    try {
      localStorage.setItem("sheet-look", JSON.stringify({ ...look }));
    } catch {
      // A shell is as light as the device then.
    }
    quietly(hire());
    quietly(isKnown().then(() => again(SOON)));
  }
  document.addEventListener("known", () => quietly(again(OLD)));
  setInterval(() => quietly(sweep()), OLD);
}
