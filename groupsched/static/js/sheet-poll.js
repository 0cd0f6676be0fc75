// What others do: asked for every ten seconds while the page is seen, also while something waits; said once.
import { say } from "./say.js";
import { facts, gap, words } from "./sheet-page.js";
import { queue, time, waits } from "./sheet-queue.js";
import { ask } from "./sheet-ask.js";
import { letGo } from "./sheet-keep.js";
import { isElsewhere } from "./sheet-strip.js";
import { isFresh, isKept, rowsNow, take, versionSeen } from "./sheet-state.js";

const POLL = 10_000;
// Nobody touched anything for this question: it does not keep a sign-in alive.
const UNATTENDED = { Accept: "application/json", "X-Unattended": "1" };

// Without a name it is one's own word: that of this tablet is not told, though its answer is still on the way.
const isMine = ({ id, by }) => !by && rowsNow().get(id)?.waits;

function tellOf(changed) {
  const rows = changed.filter((row) => !isMine(row));
  if (!rows.length) return;
  const [name, ...more] = new Set(rows.map(({ by }) => by || ""));
  say(name && !more.length ? gap(words.by, rows.length, name) : gap(words.others, rows.length));
}

function heard(data) {
  if (data.closed) isElsewhere(data.told);
  if (data.finished) isElsewhere();
  if (data.closed || data.finished) letGo();
  if (data.rows) tellOf(take(data, true));
}

async function poll() {
  if (document.hidden) return;
  const sent = performance.now();
  const seen = versionSeen();
  const since = seen === null ? "" : `?since=${seen}`;
  const { status, data } = await ask(`${facts.home}/rows${since}`, { headers: { ...UNATTENDED, ...waits() } });
  const is = status === 204 || (status === 200 && data) ? "fine" : status === 401 ? "signed-out" : "offline";
  if (data?.now) time.hear(Date.parse(data.now), sent, performance.now());
  if (is === "fine") {
    if (data) heard(data);
    isFresh(time.now());
    document.dispatchEvent(new Event("known"));
  }
  // What was opened from this device, of whoever was here last, is hidden until they sign in again.
  if (is === "signed-out" && isKept()) document.dispatchEvent(new Event("signed-out"));
  const was = queue.line;
  // What a request of the queue is told while it is under way counts more.
  if (!queue.busy) queue.line = is;
  queue.changed();
  if (is === "fine" && was !== "fine" && queue.ready.length) queue.flush();
}

export function startPolling() {
  setInterval(() => poll(), POLL);
  addEventListener("online", () => poll());
  addEventListener("offline", () => {
    queue.line = "offline";
    queue.changed();
  });
  if (facts.part) poll();
}
