// A person's key under their PIN, for unlocking without a line: the PIN stretched (PBKDF2) and mixed with a secret of
// this browser that no script can read out. Six digits are few: the mixing keeps a copy of what is sealed shut.
import { forget, lockAll, openPerson, run } from "./vault.js";

const ROUNDS = 600_000;
const TRIES = 5;
const MIXER = "mixer";
const HMAC = { name: "HMAC", hash: "SHA-256" };
const record = (id) => run("readonly", ["keys"], (keys) => keys.get(id));
const write = (value) => run("readwrite", ["keys"], (keys) => keys.put(value));

// The secret of this browser and its salt, made once.
async function mixer() {
  const known = await record(MIXER);
  if (known) return known;
  const key = await crypto.subtle.generateKey(HMAC, false, ["sign"]);
  const made = { id: MIXER, key, salt: crypto.getRandomValues(new Uint8Array(16)) };
  await run("readwrite", ["keys"], (keys) => {
    keys.get(MIXER).onsuccess = ({ target }) => { if (!target.result) keys.put(made); };
  });
  return record(MIXER);
}

async function wrapping(who, pin) {
  const { key, salt } = await mixer();
  const text = new TextEncoder();
  const given = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const own = new Uint8Array([...salt, ...text.encode(who)]);
  const stretched = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: own, iterations: ROUNDS }, given, 256);
  const mixed = await crypto.subtle.sign("HMAC", key, stretched);
  return crypto.subtle.importKey("raw", mixed, "AES-GCM", false, ["wrapKey", "unwrapKey"]);
}

const triesOf = (who) => `tries ${who}`;

// The server took this PIN: from now on it opens this person's labels here without a line too.
export async function openWith(who, pin) {
  await openPerson(who, await wrapping(who, pin));
  await write({ id: triesOf(who), wrong: 0 });
}

// Without a line: "open", "wrong", "unknown" (never unlocked here, or too long ago), "gone" (wrong too often: the
// labels are forgotten, what waits to be sent is not). A try is written down before it is looked at.
export async function opens(who, pin) {
  const known = await record(`person ${who}`);
  if (!known?.wrapped) return "unknown";
  const { wrong = 0 } = (await record(triesOf(who))) ?? {};
  await write({ id: triesOf(who), wrong: wrong + 1 });
  if (await openPerson(who, await wrapping(who, pin), false)) {
    await write({ id: triesOf(who), wrong: 0 });
    return "open";
  }
  if (wrong + 1 < TRIES) return "wrong";
  await forget(who);
  return "gone";
}

// A tablet on which nobody is signed in: nobody's labels can be read until their PIN opens them.
export const lockEverybody = () => lockAll().catch(() => {});
