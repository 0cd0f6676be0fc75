// The queue of the sheet without a page: what is sent when, what becomes of each answer, what stands on the rows meanwhile.
import assert from "node:assert/strict";
import { test } from "node:test";

const JS = new URL("../../../groupsched/static/js/", import.meta.url);
const { Outbox } = await import(new URL("sheet-outbox.js", JS));
const { projected, modeOf } = await import(new URL("sheet-project.js", JS));
const { makeTime } = await import(new URL("sheet-time.js", JS));
const { ask, verdict } = await import(new URL("sheet-ask.js", JS));
const { makeSend, newId } = await import(new URL("sheet-send.js", JS));

const START = Date.parse("2026-11-25T09:00:00Z");
const MINUTE = 60_000;
const MEETING = { start: START, end: START + 90 * MINUTE, grace: 10 * MINUTE };
const pause = (time) => new Promise((go) => { setTimeout(go, time); });

function storage() {
  const kept = new Map();
  return {
    map: kept,
    keep: async (entry) => { kept.set(entry.id, structuredClone(entry)); },
    drop: async (id) => { kept.delete(id); },
    kept: async () => [...kept.values()].map((entry) => structuredClone(entry)),
  };
}

let seq = 0;
function entry(kind, fields = {}, more = {}) {
  const id = newId();
  seq += 1;
  const observed_at = new Date(START + 20 * MINUTE).toISOString();
  const op = { op_id: id, kind, seq, actor: "ana", observed_at, ...fields };
  return { id, sheet: "one", op, touches: op.attendee_id ? [op.attendee_id] : op.rows || [], ...more };
}

const mark = (row, status = "present", more = {}) => entry("mark", { attendee_id: row, status, ...more });
const row = (id, more = {}) => ({ id, version: 1, status: "unmarked", time_in: null, time_out: null,
  standing: "expected", two: [], hint: "New today", note: "", note_text: "", ...more });

function outbox({ send, store = storage(), who = "ana" }) {
  const told = [];
  const box = new Outbox({ store, send, who, heard: (data, settled) => told.push(...settled), changed: () => {} });
  return { box, told, store };
}

const applied = (operations) => ({ line: "fine", data: {
  results: operations.map(({ op_id }) => ({ op_id, outcome: "applied", row: null })), rows: [] } });

test("twelve taps in half a second over 400 ms go in at most three requests, all in order", async () => {
  const sent = [];
  const { box, store } = outbox({ send: async (_sheet, operations) => {
    sent.push(operations.map((op) => op.seq));
    await pause(400);
    return applied(operations);
  } });
  for (let n = 0; n < 12; n += 1) {
    box.add(mark(`r${n}`));
    await pause(40);
  }
  await box.busy;
  while (box.entries.length) await pause(10);
  assert.ok(sent.length <= 3, `${sent.length} requests`);
  assert.deepEqual(sent.flat(), [...sent.flat()].sort((a, b) => a - b));
  assert.equal(sent.flat().length, 12);
  assert.equal(store.map.size, 0);
});

test("a bad one is set aside with its reason, in the store too, and the rest go on", async () => {
  const bad = mark("own");
  const { box, store } = outbox({ send: async (_sheet, operations) => {
    const answer = applied(operations);
    for (const one of answer.data.results) {
      if (one.op_id === bad.id) Object.assign(one, { outcome: "refused", code: "own-row", reason: "Not yourself." });
    }
    return answer;
  } });
  box.add(mark("a"));
  box.add(bad);
  box.add(mark("b"));
  while (box.mine.length) await pause(5);
  assert.deepEqual(box.aside.map((one) => one.aside), ["Not yourself."]);
  assert.equal(store.map.get(bad.id).aside, "Not yourself.");
  box.add(mark("own", "absent"));
  assert.ok(!box.entries.includes(bad), "another answer for the row takes its place");
});

test("an end that was refused holds nothing up, here and in the next page, and another takes its place", async () => {
  let outcome = { outcome: "refused", code: "not-started", reason: "Not yet." };
  const send = async (_sheet, operations) => ({ line: "fine", data: {
    results: operations.map(({ op_id }) => ({ op_id, row: null, ...outcome })), rows: [] } });
  const { box, store } = outbox({ send });
  const end = entry("finish", { choices: {} });
  const rows = new Map([["a", row("a")]]);
  assert.equal(projected(rows, [end], MEETING, "").get("a").status, "unmarked", "an end that waits marks nobody");
  const going = box.add(end);
  assert.equal(box.ending("one"), end, "while it waits nobody marks beside it");
  await going;
  assert.deepEqual(box.aside.map((one) => one.aside), ["Not yet."]);
  assert.equal(box.ending("one"), undefined);
  const later = outbox({ send, store }).box;
  await later.load();
  assert.equal(later.aside.length, 1);
  assert.equal(later.ending("one"), undefined);
  outcome = { outcome: "applied" };
  await later.add(entry("finish", { choices: {} }));
  assert.equal(later.entries.length, 0);
});

test("without a line all is kept, in order, by the next page too, and goes when the line is back", async () => {
  const store = storage();
  let line = "offline";
  const sent = [];
  const send = async (_sheet, operations) => {
    if (line !== "fine") return { line, data: null };
    sent.push(...operations.map(({ attendee_id }) => attendee_id));
    return applied(operations);
  };
  const before = outbox({ send, store }).box;
  for (const id of ["a", "b", "c"]) await before.add(mark(id));
  assert.equal(before.mine.length, 3);
  line = "fine";
  const { box } = outbox({ send, store });
  await box.load();
  assert.deepEqual(sent, ["a", "b", "c"]);
  assert.equal(store.map.size, 0);
});

test("what somebody else made here waits for them and is never sent under another name", async () => {
  const store = storage();
  await store.keep(mark("a"));
  const sent = [];
  const { box } = outbox({ store, who: "ben", send: async (_sheet, operations) => {
    sent.push(...operations);
    return applied(operations);
  } });
  await box.load();
  await box.add(entry("mark", { attendee_id: "b", status: "present", actor: "ben" }));
  assert.deepEqual(sent.map((op) => op.actor), ["ben"]);
  assert.equal(box.others.length, 1);
  assert.equal(store.map.size, 1);
});

test("an answer that answers nothing, and a store that fails, stop nothing and are seen", async () => {
  const store = { ...storage(), keep: async () => { throw new Error("QuotaExceeded"); } };
  const { box } = outbox({ store, send: async () => ({ line: "fine", data: { results: [], rows: [] } }) });
  await box.add(mark("a"));
  assert.equal(box.line, "offline");
  assert.equal(box.keeps, false);
  assert.equal(box.mine.length, 1);
});

test("what is done with a guest who has no row yet waits for the row", async () => {
  const guest = entry("guest", { name: "Yuri" });
  guest.touches = [guest.id];
  const sent = [];
  const { box } = outbox({ send: async (_sheet, operations) => {
    sent.push(operations);
    const answer = applied(operations);
    for (const one of answer.data.results) if (one.op_id === guest.id) one.row = row("real");
    return answer;
  } });
  box.add(guest);
  box.add(mark(guest.id, "unmarked"));
  while (box.mine.length) await pause(5);
  assert.deepEqual(sent.map((batch) => batch.map((op) => op.attendee_id ?? "new")), [["new"], ["real"]]);
});

test("rows stand as they will when all is answered; what is set aside changes none", () => {
  const base = new Map(["a", "b", "c", "d"].map((id) => [id, row(id)]));
  base.set("d", row("d", { status: "excused" }));
  const refused = { ...mark("b"), aside: "Not yourself." };
  const first = mark("a", "present", { time_in: "2026-11-25T09:20:00Z", auto: true });
  const bulk = entry("bulk", { rows: ["b", "c", "d"] });
  const show = (entries, mode = "") => projected(base, entries, MEETING, mode);
  let rows = show([first, refused, bulk]);
  assert.equal(rows.get("a").time_in, START + 20 * MINUTE);
  assert.equal(rows.get("a").hint, "");
  assert.ok(rows.get("a").waits);
  assert.equal(rows.get("c").time_in, START);
  assert.equal(rows.get("d").status, "excused", "nobody is overwritten by all at once");
  const how = entry("how", { mode: "afterwards" });
  assert.equal(modeOf("", [first, how]), "afterwards");
  assert.equal(show([first, how]).get("a").time_in, START, "time in follows the answer whenever it comes");
  const undo = entry("undo", { undoes: bulk.id }, { touches: ["b", "c"] });
  rows = show([first, bulk, undo]);
  assert.equal(rows.get("c").status, "unmarked");
  assert.ok(rows.get("c").waits);
  const late = entry("undo", { undoes: "long ago" }, { back: { a: { status: "absent", time_in: null, time_out: null } } });
  assert.equal(show([late]).get("a").status, "absent");
  const guest = entry("guest", { name: "Yuri" });
  assert.equal(show([guest]).get(guest.id).label, "Yuri");
  assert.equal(show([guest, entry("undo", { undoes: guest.id }, { touches: [guest.id] })]).size, 4);
});

test("time is the server's, whatever the clock on the wall says or jumps to", () => {
  let wall = START - 7 * 3600_000;
  let steady = 1000;
  const time = makeTime(() => wall, () => steady);
  const pass = (ms) => { wall += ms; steady += ms; };
  assert.equal(time.now(), wall);
  pass(400);
  time.hear(START, 1000, 1400);
  assert.equal(time.now(), START + 200);
  pass(5000);
  assert.equal(time.now(), START + 5200);
  wall += 3600_000;
  assert.equal(time.now(), START + 5200, "set forward by an hour");
  assert.equal(time.claimed(), wall);
  pass(100);
  time.hear(START + 9999, 0, steady);
  assert.equal(time.now(), START + 5300, "a slow answer tells less than the quick one before");
  const asleep = makeTime(() => wall, () => steady);
  asleep.hear(START, steady, steady);
  wall += 600_000;
  asleep.wake();
  assert.equal(asleep.now(), START + 600_000, "asleep, only the clock on the wall went on");
});

test("an answer says what is waited for", () => {
  const of = (status, data = {}) => verdict({ status, data });
  assert.equal(of(200, { results: [] }), "fine");
  assert.equal(of(200, null), "offline", "a captive portal");
  assert.equal(of(0, null), "offline");
  assert.equal(of(503), "offline");
  assert.equal(of(401, { code: "signed-out" }), "signed-out");
  assert.equal(of(404, { code: "no-sheet" }), "no-sheet");
  assert.equal(of(409, { code: "reason-needed" }), "reason");
  assert.equal(of(403, { code: "csrf" }), "secret");
});

test("a request has a limit of time, and goes on with a new secret", async (told) => {
  told.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.fetch = (_address, { signal }) => new Promise((_done, fail) => {
    signal.addEventListener("abort", () => fail(signal.reason));
  });
  const hung = ask("/sheet/one/operations");
  told.mock.timers.tick(8000);
  assert.equal((await hung).status, 0);
  let secret = "old";
  const seen = [];
  globalThis.fetch = async (_address, { headers }) => {
    seen.push(headers["X-CSRFToken"]);
    const known = headers["X-CSRFToken"] === "new";
    return Response.json(known ? { results: [] } : { code: "csrf" }, { status: known ? 200 : 403 });
  };
  const time = { claimed: () => 0, hear: () => {} };
  const page = { address: () => "/", secret: () => secret, time, steady: () => 0, device: "d" };
  const send = makeSend({ ...page, renew: async () => { secret = "new"; return ""; } });
  assert.equal((await send("one", [])).line, "fine");
  assert.deepEqual(seen, ["old", "new"]);
  secret = "old";
  assert.equal((await makeSend({ ...page, renew: async () => "signed-out" })("one", [])).line, "signed-out");
});
