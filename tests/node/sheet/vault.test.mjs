// Sealing: what one key sealed no other opens, no script reads a key, and labels end when they have to.
import assert from "node:assert/strict";
import { test } from "node:test";

const JS = new URL("../../../groupsched/static/js/", import.meta.url);
const { isOver, newKey, seal, unseal, unwrapped } = await import(new URL("vault-seal.js", JS));

const HOUR = 3600_000;
const label = { label: "Ash D.", rows: [1, 2] };
const wrapper = () => crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);

test("what is sealed under one key comes out again under it alone, and its bytes say nothing", async () => {
  const [{ key }, other] = [await newKey(), await newKey()];
  const blob = await seal(key, label);
  assert.deepEqual(await unseal(key, blob), label);
  assert.equal(await unseal(other.key, blob), null);
  assert.equal(await unseal(null, blob), null);
  assert.ok(!Buffer.from(blob.data).toString("latin1").includes("Ash"));
  assert.notDeepEqual((await seal(key, label)).data, blob.data);
});

test("no script can read a key; wrapped, it comes back by what it was wrapped with alone", async () => {
  const pin = await wrapper();
  const { key, wrapped } = await newKey(pin);
  assert.equal(key.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("raw", key));
  assert.equal((await newKey()).wrapped, null);
  const again = await unwrapped(wrapped, pin);
  assert.equal(again.extractable, false);
  assert.deepEqual(await unseal(again, await seal(key, label)), label);
  await assert.rejects(unwrapped(wrapped, await wrapper()));
});

test("labels go twelve hours after the server last knew somebody, or when the clock was set far back", () => {
  const seen = Date.parse("2026-11-25T09:00:00Z");
  assert.equal(isOver(seen, seen + 12 * HOUR), false);
  assert.equal(isOver(seen, seen + 12 * HOUR + 1), true);
  assert.equal(isOver(seen, seen - HOUR / 2), false);
  assert.equal(isOver(seen, seen - 2 * HOUR), true);
});
