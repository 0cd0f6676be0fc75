// Sends a form of the sheet over a weak line: tried again under the same name, so that it counts once, and given up
// after a while with words for it. What the server could not even be asked is Unsent; every other answer is an answer.
const WAITS = [0, 1000, 2000];
const PATIENCE = 8000;
const GATEWAY = [502, 503, 504];

export function newId() {
  // Not randomUUID, which an old tablet does not have (Safari before 15.4).
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Unsent extends Error {}
export class Refused extends Error {}

const pause = (time) => new Promise((go) => { setTimeout(go, time); });

export async function ask(address, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  let response;
  try {
    response = await fetch(address, { ...options, signal: stop.signal });
  } catch (error) {
    throw new Unsent(error.message);
  } finally {
    clearTimeout(timer);
  }
  if (GATEWAY.includes(response.status)) throw new Unsent(response.status);
  return response;
}

export async function post(form, fields) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  // keepalive: a tap just before the page closes still arrives.
  const options = { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true };
  let last;
  for (const wait of WAITS) {
    if (wait && !navigator.onLine) break;
    if (wait) await pause(wait);
    try {
      return await ask(form.action, options);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

export const isData = (response) => (response.headers.get("Content-Type") || "").startsWith("application/json");
