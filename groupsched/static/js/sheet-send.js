// One request of the queue: a batch of operations, and its answer as data, or what is waited for.
import { ask, verdict } from "./sheet-ask.js";

const LONG = 30_000;

export function newId() {
  // Not randomUUID, which an old tablet does not have (Safari before 15.4).
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// A tap just before the page closes still arrives; but a browser lets no long message outlive its page.
function posted(data, secret, more) {
  const body = JSON.stringify(data);
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": secret, ...more };
  return { method: "POST", body, headers, keepalive: body.length < LONG };
}

// Signed in anew, the forms of a page bear a secret worth nothing any more. What to wait for, "" if it is renewed.
export async function renewed(stay, who, more = {}) {
  const headers = { Accept: "application/json", ...more };
  const { status, data } = await ask(stay, { headers, redirect: "manual" });
  if (!data?.secret) return status === 0 || status >= 500 ? "offline" : "signed-out";
  if (data.who !== who) return "other";
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = data.secret;
  return "";
}

// `page` gives {address(sheet), secret(), renew(), waits(), device, time, steady}: renew answers what to wait for, ""
// if it is renewed; waits are headers that say how many wait.
export function makeSend(page) {
  const once = async (sheet, operations) => {
    const sent = page.steady();
    const sentAt = new Date(page.time.claimed()).toISOString();
    const body = { device: page.device, sent_at: sentAt, operations };
    const answer = await ask(page.address(sheet), posted(body, page.secret(), page.waits?.()));
    if (answer.data?.now) page.time.hear(Date.parse(answer.data.now), sent, page.steady());
    return answer;
  };
  return async (sheet, operations) => {
    let answer = await once(sheet, operations);
    if (verdict(answer) === "secret") {
      const waits = await page.renew();
      if (waits) return { line: waits, data: null };
      answer = await once(sheet, operations);
    }
    const line = verdict(answer);
    return { line: line === "secret" ? "signed-out" : line, data: answer.data };
  };
}
