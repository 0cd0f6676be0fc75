// What waits of a roll-call, sealed under the key of this browser: a name called out is among it.
import { deviceKey } from "./vault.js";
import { seal, unseal } from "./vault-seal.js";

const NAME = "groupsched-house";
const STORE = "waiting";
let opened = null;
// One after the other, as they were asked for.
let last = Promise.resolve();

function open() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

async function run(mode, act) {
  const base = await open();
  return new Promise((done, fail) => {
    const transaction = base.transaction(STORE, mode, { durability: "strict" });
    const asked = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = () => fail(transaction.error);
  });
}

async function write(id, value) {
  if (value === null) await run("readwrite", (store) => store.delete(id));
  else {
    const blob = await seal(await deviceKey(), value);
    await run("readwrite", (store) => store.put({ id, blob }));
  }
}

// Keeps a value, or nothing (null); false where this browser keeps nothing.
export function keep(id, value) {
  last = last.then(() => write(id, value)).then(() => true, () => false);
  return last;
}

// Everything that is kept, by its id.
export async function keptCalls() {
  try {
    const [rows, key] = await Promise.all([run("readonly", (store) => store.getAll()), deviceKey()]);
    const found = await Promise.all(rows.map(async ({ id, blob }) => [id, await unseal(key, blob)]));
    return new Map(found.filter(([, value]) => value));
  } catch {
    return new Map();
  }
}
