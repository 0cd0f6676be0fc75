// The sheets of the day, kept on this device while there is a line: the worker that opens them without one, and what is
// on them, sealed for whoever is signed in. Asked for when staff open Today or a sheet, and ten minutes after that.
import { kept } from "./sheet-store.js";
import { dropSheet, heardOf, keepSheet, keptSheets, known, note, personKey, sweep } from "./vault.js";

const OLD = 600_000;
const SOON = 60_000;
const SCOPES = ["/sheet/", "/today"];
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

async function fetchAhead(age) {
  const { asked = 0, tag = "" } = await known(told.who);
  if (Date.now() - asked < age) return;
  const headers = { ...UNATTENDED, "If-None-Match": tag };
  const response = await fetch(told.ahead, { headers, cache: "no-store", redirect: "manual" });
  const at = Date.parse(response.headers.get("X-Now"));
  // In another tab somebody else may have signed in since this page came.
  if (!at || response.headers.get("X-Who") !== told.who) return;
  await isKnown();
  const data = response.status === 200 ? await response.json() : { tag };
  if (data.sheets) await keepAll(data, at);
  // Not before all is here: a page that is left meanwhile takes the answer with it, and the next one asks again.
  await note(told.who, { at, tag: data.tag, asked: Date.now() });
}

// Asked at most once a minute, of what is older than `age`.
async function again(age) {
  if (!told.who || Date.now() - heard < SOON) return;
  heard = Date.now();
  await sweep();
  await fetchAhead(age);
}

// A browser looks by itself for a newer one only of the scope that it goes to.
async function hire(scope) {
  const registered = await navigator.serviceWorker?.register(told.worker, { scope, updateViaCache: "none" });
  if (registered?.active) await registered.update();
}

const quietly = (done) => done.catch(() => {});

// What a page of staff does once, when it comes.
export function keepSheets() {
  if (told.who) {
    const look = document.documentElement.dataset;
    try {
      localStorage.setItem("sheet-look", JSON.stringify({ ...look }));
    } catch {
      // A shell is as light as the device then.
    }
    for (const scope of SCOPES) {
      quietly(hire(scope));
    }
    quietly(isKnown().then(() => again(SOON)));
  }
  document.addEventListener("known", () => quietly(again(OLD)));
  setInterval(() => quietly(sweep()), OLD);
}
