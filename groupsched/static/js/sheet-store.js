// What waits to be sent, kept by the browser until it is answered, sealed under the key of the device: operations with
// the ids of rows, never the names that stand on a tile. `works` says before anything is marked whether the browser
// keeps at all.
import { deviceKey, run } from "./vault.js";
import { seal, unseal } from "./vault-seal.js";

// An entry is {id, sheet, op, touches, back, aside}; whoever changes that raises this, and reads the older ones too.
const FORMAT = 2;
// Before it was sealed (format 1) it lay in a base of its own.
const OLD = { name: "groupsched-sheet", store: "waiting" };
// As much as a morning without a line may need.
const ROOM = "x".repeat(100_000);

const sealed = async (entry) => ({ id: entry.id, format: FORMAT, blob: await seal(await deviceKey(), entry) });

// One after the other: an entry that is answered while it is being sealed is dropped after it was kept, not before.
let last = Promise.resolve();

function inOrder(act) {
  const done = last.then(act);
  last = done.catch(() => {});
  return done;
}

export function keep(entry) {
  const record = sealed(entry);
  record.catch(() => {});
  return inOrder(async () => {
    const ready = await record;
    return run("readwrite", ["queue"], (queue) => queue.put(ready));
  });
}

export const drop = (id) => inOrder(() => run("readwrite", ["queue"], (queue) => queue.delete(id)));

function openOld() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(OLD.name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(OLD.store, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

function runOld(base, mode, act) {
  return new Promise((done, fail) => {
    const transaction = base.transaction(OLD.store, mode, { durability: "strict" });
    const asked = act(transaction.objectStore(OLD.store));
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = () => fail(transaction.error);
  });
}

// What an older release left comes over, each before it goes there: killed between, it stands in both, under one id.
async function moveOld() {
  const base = await openOld();
  for (const entry of await runOld(base, "readonly", (store) => store.getAll())) {
    if (entry.op) await keep(entry);
    await runOld(base, "readwrite", (store) => store.delete(entry.id));
  }
  base.close();
}

export async function kept() {
  await moveOld().catch(() => {});
  const key = await deviceKey();
  const records = await run("readonly", ["queue"], (queue) => queue.getAll());
  const entries = await Promise.all(records.map(({ blob }) => unseal(key, blob)));
  return entries.filter((entry) => entry?.op).sort((one, other) => one.op.seq - other.op.seq);
}

export async function works() {
  try {
    const probe = { ...await sealed({ id: "probe" }), room: ROOM };
    await run("readwrite", ["queue"], (queue) => {
      queue.put(probe);
      return queue.delete("probe");
    });
    return true;
  } catch {
    return false;
  }
}

// People, not acts: everyone at once, and that taken back, are as many as they touch.
export const marksIn = (entries) => new Set(entries.flatMap(({ touches }) => touches ?? [])).size || entries.length;
