// What a browser keeps for the time without a line, sealed in IndexedDB. Under the key of the device: what waits to be
// sent, which outlives everybody. Under the key of a person: the sheets that person may open, with the labels on them;
// these go at signing out, when somebody else signs in, and twelve hours after the server last knew the person.
import { isOver, newKey, seal, unseal, unwrapped } from "./vault-seal.js";

// The worker (worker/sheets.js) opens the same one to sweep.
const NAME = "groupsched-vault";
const STORES = { keys: "id", queue: "id", sheets: "id" };
const DEVICE = "device";
const personId = (who) => `person ${who}`;
const sheetId = (who, uid) => `${who} ${uid}`;
let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) asked.result.createObjectStore(name, { keyPath });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      asked.result.onclose = () => { opened = null; };
      done(asked.result);
    };
    asked.onerror = () => {
      opened = null;
      fail(asked.error);
    };
  });
  return opened;
}

// One transaction. `act` has the stores asked for, and only makes requests: a wait for something else closes it.
// Gives the result of the request that `act` gives back.
export async function run(mode, names, act) {
  const base = await open();
  return new Promise((done, fail) => {
    const transaction = base.transaction(names, mode, { durability: "strict" });
    const asked = act(...names.map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => done(asked?.result);
    transaction.onabort = () => fail(transaction.error);
  });
}

const record = (id) => run("readonly", ["keys"], (keys) => keys.get(id));
const people = async () => (await run("readonly", ["keys"], (keys) => keys.getAll())).filter(({ who }) => who);

// Of two tabs that make one at the same time the first is right.
async function keptFirst(made) {
  await run("readwrite", ["keys"], (keys) => {
    keys.get(made.id).onsuccess = ({ target }) => { if (!target.result) keys.put(made); };
  });
  return record(made.id);
}

// The key under which the queue is sealed, made once for this browser.
export async function deviceKey() {
  const known = await record(DEVICE);
  return (known ?? await keptFirst({ id: DEVICE, key: (await newKey()).key })).key;
}

// The key of a person: made where there is none, null while it is locked. With `wrapping` it can be locked and unlocked
// again; one that was made without cannot, and is forgotten with its labels.
export async function personKey(who, wrapping = null) {
  const known = await record(personId(who));
  if (known && (known.wrapped || !wrapping)) return known.key;
  if (known) await forget(who);
  const made = { id: personId(who), who, seen: Date.now(), ...await newKey(wrapping) };
  return (await keptFirst(made)).key;
}

// Changes what is known of a person's key, if anything is.
function change(who, how) {
  return run("readwrite", ["keys"], (keys) => {
    keys.get(personId(who)).onsuccess = ({ target }) => {
      if (target.result) keys.put({ ...target.result, ...how(target.result) });
    };
  });
}

// What is known of a person here: how old their sheets are (keeping.js). It goes with their key.
export const known = async (who) => (await record(personId(who)))?.known ?? {};
export const note = (who, more) => change(who, ({ known: before }) => ({ known: { ...before, ...more } }));

// Until unlocked, nothing under this person's key can be read; it stays.
const lock = (who) => change(who, ({ key, wrapped }) => ({ key: wrapped ? null : key }));

// True where `wrapping` is the one that this person's key was wrapped with.
async function unlock(who, wrapping) {
  const known = await record(personId(who));
  const key = known?.wrapped ? await unwrapped(known.wrapped, wrapping).catch(() => null) : null;
  if (key) await change(who, () => ({ key }));
  return key !== null;
}

// The same; where it is another and `anew`, because the server knows better, the key is made anew, without labels.
export async function openPerson(who, wrapping, anew = true) {
  if (await unlock(who, wrapping)) return true;
  if (!anew) return false;
  await forget(who);
  await personKey(who, wrapping);
  return true;
}

// Everything under the key of a person, and the key. What waits to be sent is not.
export function forget(who) {
  return run("readwrite", ["keys", "sheets"], (keys, sheets) => {
    keys.delete(personId(who));
    sheets.delete(IDBKeyRange.bound(sheetId(who, ""), sheetId(who, "\uffff")));
  });
}

// Nobody is signed in: what can be opened again is locked, the rest is forgotten.
export async function lockAll() {
  for (const { who, wrapped } of await people()) await (wrapped ? lock : forget)(who);
}

// The same for everybody: this browser is no tablet any more.
export async function forgetAll() {
  for (const { who } of await people()) await forget(who);
}

// The server knows this person, now: nobody else's labels can be read here any more.
export async function heardOf(who) {
  await change(who, () => ({ seen: Date.now() }));
  for (const other of await people()) {
    if (other.who !== who && other.key) await (other.wrapped ? lock : forget)(other.who);
  }
}

// Whose labels can be read here, the last one that the server knew; "" for nobody.
export async function reader() {
  const open = (await people()).filter(({ key }) => key).sort((one, other) => other.seen - one.seen);
  return open[0]?.who ?? "";
}

// What is over goes: asked at every start of a page, and by a timer.
export async function sweep() {
  for (const { who, seen } of await people()) if (isOver(seen, Date.now())) await forget(who);
}

// A sheet as that person may open it without a line. Kept only while their key is there and open: what comes too late
// makes no new one.
export async function keepSheet(who, uid, value) {
  const key = (await record(personId(who)))?.key;
  if (!key) return;
  const kept = { id: sheetId(who, uid), blob: await seal(key, value) };
  await run("readwrite", ["keys", "sheets"], (keys, sheets) => {
    keys.count(personId(who)).onsuccess = ({ target }) => { if (target.result) sheets.put(kept); };
  });
}

export async function keptSheet(who, uid) {
  const [known, kept] = await Promise.all([
    record(personId(who)), run("readonly", ["sheets"], (sheets) => sheets.get(sheetId(who, uid))),
  ]);
  return unseal(known?.key, kept?.blob);
}

// All sheets of a person that can be read, as they were kept.
export async function keptSheets(who) {
  const range = IDBKeyRange.bound(sheetId(who, ""), sheetId(who, "\uffff"));
  const kept = await run("readonly", ["sheets"], (sheets) => sheets.getAll(range));
  const key = (await record(personId(who)))?.key;
  return (await Promise.all(kept.map(({ blob }) => unseal(key, blob)))).filter((sheet) => sheet?.uid);
}

// Who is in each house of a person, {houses, at, apart, locale}: it lies with the sheets and goes with them.
const HOUSES = "houses";
export const keepHouses = (who, value) => keepSheet(who, HOUSES, value);
export const keptHouses = (who) => keptSheet(who, HOUSES);

// How the roll-call of one house stands, as its page was told last: newer than that, or older.
const drillId = (site) => `drill ${site}`;
export const keepDrill = (who, site, value) => keepSheet(who, drillId(site), value);
export const keptDrill = (who, site) => keptSheet(who, drillId(site));

export const dropSheet = (who, uid) => run("readwrite", ["sheets"], (sheets) => sheets.delete(sheetId(who, uid)));
