// Sealing with the browser's own cryptography, and how long labels live: nothing here knows where things are kept.
const AES = { name: "AES-GCM", length: 256 };
const USES = ["encrypt", "decrypt"];
const LIVES = 12 * 3600_000;
// A clock that was set back this far is not believed.
const WILD = 3600_000;

const nonce = () => crypto.getRandomValues(new Uint8Array(12));

// A new key that no script can read, {key, wrapped}: wrapped too by `wrapping`, an AES-GCM key that may wrap.
export async function newKey(wrapping = null) {
  const raw = await crypto.subtle.generateKey(AES, true, USES);
  const bytes = await crypto.subtle.exportKey("raw", raw);
  const key = await crypto.subtle.importKey("raw", bytes, AES, false, USES);
  if (!wrapping) return { key, wrapped: null };
  const iv = nonce();
  return { key, wrapped: { iv, data: await crypto.subtle.wrapKey("raw", raw, wrapping, { name: AES.name, iv }) } };
}

// The key again; rejects where `wrapping` is not the one that it was wrapped with.
export function unwrapped({ iv, data }, wrapping) {
  return crypto.subtle.unwrapKey("raw", data, wrapping, { name: AES.name, iv }, AES, false, USES);
}

export async function seal(key, value) {
  const iv = nonce();
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: AES.name, iv }, key, bytes) };
}

// What was sealed; null where this key does not open it, or there is none.
export async function unseal(key, blob) {
  if (!key || !blob) return null;
  try {
    const bytes = await crypto.subtle.decrypt({ name: AES.name, iv: blob.iv }, key, blob.data);
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

// Whether the labels of somebody whom the server last knew at `seen` have to go.
export const isOver = (seen, now) => now - seen > LIVES || seen - now > WILD;
