// A roll-call on a tablet without a page: what is said of one is never said of another, in whatever order it is heard.
import assert from "node:assert/strict";
import { test } from "node:test";

const JS = new URL("../../../groupsched/static/js/", import.meta.url);
const { Drill, newest } = await import(new URL("house-drill.js", JS));

const LONGEST = 4 * 3600_000;
const T = Date.parse("2026-11-25T09:00:00Z");
const one = { roll: "I", since: T, now: T + 1000, out: { ash: "Out 9:00", basil: "Out 9:00" } };
const two = { roll: "II", since: T + 60_000, now: T + 61_000, out: { clover: "Out 9:01" } };
const none = { roll: "", since: 0, now: T + 30_000, out: {} };
const shown = (drill) => ["ash", "basil", "clover"].filter((key) => drill.words(key));
const reloaded = (drill, told) => {
  const again = new Drill();
  again.take(told);
  again.restore(structuredClone({ began: drill.began, wishes: [...drill.wishes] }));
  return again;
};

test("another roll-call begins with nobody out, and what waits of the one before says nothing in it", () => {
  const drill = new Drill();
  drill.take(one);
  drill.wish("clover", true, "", T + 2000);
  drill.wish("basil", false, "", T + 2000);
  assert.deepEqual(shown(drill), ["ash", "clover"]);
  assert.equal(drill.take({ ...two, out: {} }), true);
  assert.deepEqual(shown(drill), []);
  assert.equal(drill.size, 2, "it is sent all the same, and told there that it came too late");
  assert.deepEqual([...drill.wishes.values()].map(({ roll }) => roll), ["I", "I"]);
});

test("where none runs nobody is out, nothing can be tapped, and one can begin", () => {
  const drill = new Drill();
  drill.take(one);
  drill.wish("clover", true, "", T);
  drill.take(none);
  assert.deepEqual([drill.runs, shown(drill), drill.wish("ash", true, "", T)], [false, [], false]);
  drill.begin(T + 40_000);
  assert.deepEqual([drill.runs, shown(drill)], [true, []]);
});

test("an answer that comes late changes nothing", () => {
  const drill = new Drill();
  drill.take(two);
  for (const late of [one, none]) assert.equal(drill.take(late), false);
  assert.deepEqual([drill.roll, shown(drill)], ["II", ["clover"]]);
});

test("it is the same after a reload without a line, begun with one or without", () => {
  const drill = new Drill();
  drill.take(one);
  drill.wish("basil", false, "", T);
  drill.wish("x-1", true, "Zebedee", T);
  const again = reloaded(drill, one);
  assert.deepEqual([again.roll, shown(again), again.called()], ["I", ["ash"], [["x-1", "Zebedee"]]]);
  const here = new Drill();
  here.take(none);
  here.begin(T + 40_000);
  here.wish("ash", true, "", T + 41_000);
  assert.deepEqual(shown(reloaded(here, none)), ["ash"]);
});

test("nobody who may be inside is in no number, also who came after the page or is out on another tablet alone", () => {
  const drill = new Drill();
  const page = [["ash", true], ["basil", false]];
  assert.deepEqual(drill.totals(page), { out: 0, left: 1, perhaps: 1 });
  const house = { ash: true, basil: true, clover: true, dill: false };
  drill.take({ ...one, out: { ash: "Out 9:00", "x-1": "Out 9:01" }, house });
  assert.deepEqual(drill.totals(page), { out: 2, left: 2, perhaps: 1 });
  drill.take({ ...one, out: { ash: "Out 9:00" } });
  assert.deepEqual(drill.totals(page), { out: 1, left: 2, perhaps: 1 }, "an answer without the house forgets nobody");
});

test("what was tapped before it was told that it began is of that roll-call; refused, of none", () => {
  const drill = new Drill();
  drill.begin(T);
  drill.wish("ash", true, "", T + 1000);
  const refused = reloaded(drill, none);
  drill.told(two, T);
  drill.take(two);
  assert.deepEqual([drill.waiting("ash").roll, shown(drill)], ["II", ["ash", "clover"]]);
  refused.told({ ...two, told: "This roll-call has ended." }, T);
  refused.take(two);
  assert.deepEqual([refused.size, shown(refused)], [0, ["clover"]]);
});

test("nobody ended it and the line is gone: after hours it is over, by the clock of the server", () => {
  const drill = new Drill();
  drill.take(one);
  drill.apart = 3600_000; // the tablet is an hour behind
  drill.wish("clover", true, "", T);
  assert.equal(drill.age(T + LONGEST - 3600_000 - 1), false);
  assert.equal(drill.age(T + LONGEST - 3600_000), true);
  assert.deepEqual([drill.runs, drill.size, shown(drill)], [false, 0, []]);
});

test("of two that are kept the newer one speaks, also where it says that none runs", () => {
  const house = { ...one, called: {} };
  assert.equal(newest(house, T, { ...none, called: {} }).roll, "");
  assert.equal(newest(house, T + 40_000, { ...none, called: {} }).roll, "I");
  assert.deepEqual(newest(house, T, undefined).out, one.out);
});
