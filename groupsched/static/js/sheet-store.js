// What waits to be sent, kept by the browser until it is answered: operations with the ids of rows, never the names
// that stand on a tile. `works` says before anything is marked whether the browser keeps at all.
const NAME = "groupsched-sheet";
const STORE = "waiting";
// As much as a morning without a line may need.
const ROOM = "x".repeat(100_000);
let opened = null;

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

export const keep = (entry) => run("readwrite", (store) => store.put(entry));
export const drop = (id) => run("readwrite", (store) => store.delete(id));
export const kept = async () => (await run("readonly", (store) => store.getAll())).sort((a, b) => a.op.seq - b.op.seq);

export async function works() {
  try {
    await run("readwrite", (store) => {
      store.put({ id: "probe", room: ROOM });
      return store.delete("probe");
    });
    return true;
  } catch {
    return false;
  }
}
