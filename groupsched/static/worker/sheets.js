// The worker of staff: where the line fails, hangs, or something between answers in its place, a sheet, Today and the
// roll-call open as a shell without names, which the page fills from what the browser keeps sealed. In place of any
// other page that the line fails it says what opens without one. Told by the server, above this
// (attendance/routes/shell.py): TOLD, the release with its files and its shells in each language.
const CACHE = `sheets ${TOLD.version}`;
const WORDS = "sheets language";
// Of any release: a page may be of the one before, or of the one after, which another tab has fetched already.
const FILES = /^\/(static\/~|sheet\/parts\/)/;
const SHELLED = /^\/(today|(sheet|house)\/[^/]+|house)$/;
const HOUSE = /^\/house/;
// A download is a navigation too: it is the browser's own.
const NO_PAGE = /^\/(static|api)\/|\.\w+$/;
// What is not there by now is not coming while somebody stands and waits.
const PATIENCE = 4000;
const SHORT = 1000;
const LATELY = 60_000;
const DOWN = [502, 503, 504];
// On answers of ours: the language that a shell would be in. A captive portal's page has none.
const MARK = "X-Shell";

const ANY = { ignoreVary: true };

const pause = (time) => new Promise((done) => { setTimeout(done, time); });

async function keepFiles() {
  const cache = await caches.open(CACHE);
  const there = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await cache.addAll(TOLD.files.filter((file) => !there.has(file)));
  // Asked by nobody: no name of whoever is signed in can stand in it.
  const shells = [TOLD.shells, TOLD.houses].flatMap(Object.values);
  await cache.addAll(shells.map((shell) => new Request(shell, { credentials: "omit", cache: "no-store" })));
}

// A page of the release before may still be open: its files go with the one after this.
async function dropFiles() {
  const releases = (await caches.keys()).filter((name) => name.startsWith("sheets ") && name !== WORDS);
  const older = releases.filter((name) => name !== CACHE).slice(0, -1);
  await Promise.all(older.map((name) => caches.delete(name)));
}

async function remember(language) {
  const words = await caches.open(WORDS);
  const known = await (await words.match("/language"))?.text();
  if (language in TOLD.shells && language !== known) await words.put("/language", new Response(language));
}

async function shell(pathname) {
  const shells = HOUSE.test(pathname) ? TOLD.houses : TOLD.shells;
  const words = await caches.open(WORDS);
  const language = await (await words.match("/language"))?.text();
  const address = shells[language] ?? Object.values(shells)[0];
  // This release's, else any: one that is not yet renewed finds what a newer one has left.
  return (await caches.match(address, { ...ANY, cacheName: CACHE })) ?? caches.match(address, ANY);
}

// Ours, or a way on to somewhere else: only the browser sees where that leads.
const isAnswer = (answer) => answer.type === "opaqueredirect"
  || (answer.headers.has(MARK) && !DOWN.includes(answer.status));

// When it last took too long: the next page is not waited for as long.
let slow = 0;

async function page(event, pathname) {
  const stop = new AbortController();
  const asked = fetch(event.request, { signal: stop.signal }).catch(() => null);
  const answer = await Promise.race([asked, pause(Date.now() - slow < LATELY ? SHORT : PATIENCE)]);
  if (answer && isAnswer(answer)) {
    slow = 0;
    if (answer.headers.has(MARK)) event.waitUntil(remember(answer.headers.get(MARK)));
    return answer;
  }
  if (answer === undefined) slow = Date.now();
  const kept = await shell(pathname);
  if (!kept) return answer ?? await asked ?? Response.error();
  stop.abort();
  return kept;
}

// Any other page comes as it comes, however long it takes.
async function other(request) {
  return fetch(request).catch(async () => (await shell("")) ?? Response.error());
}

async function file(request) {
  return (await caches.match(request, ANY)) ?? fetch(request);
}

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keepFiles());
});
addEventListener("activate", (event) => event.waitUntil(dropFiles()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  // With "wait" somebody said that they rather wait.
  if (request.mode === "navigate") {
    if (searchParams.has("wait") || NO_PAGE.test(pathname)) return;
    event.respondWith(SHELLED.test(pathname) ? page(event, pathname) : other(request));
  } else if (FILES.test(pathname)) event.respondWith(file(request));
});

// --- labels whose time is over: also where no page of ours is opened any more (static/js/vault.js) ---

const HOURS = 12 * 3600_000;
const WILD = 3600_000;

function sweep() {
  const asked = indexedDB.open("groupsched-vault");
  // No page made it yet: it is not for a worker to make.
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = (event) => event.preventDefault();
  asked.onsuccess = () => {
    const base = asked.result;
    const transaction = base.transaction(["keys", "sheets"], "readwrite");
    transaction.oncomplete = () => base.close();
    const [keys, sheets] = [transaction.objectStore("keys"), transaction.objectStore("sheets")];
    keys.getAll().onsuccess = ({ target }) => {
      for (const { id, who, seen } of target.result) {
        if (!who || (Date.now() - seen <= HOURS && seen - Date.now() <= WILD)) continue;
        keys.delete(id);
        sheets.delete(IDBKeyRange.bound(`${who} `, `${who} \uffff`));
      }
    };
  };
}

sweep();
