// Unlocking a paired tablet with a PIN, and what a page tells the server of its screen.
const headers = { Accept: "application/json" };

async function post(address, fields) {
  return fetch(address, { method: "POST", headers, body: new URLSearchParams(fields), keepalive: true });
}

// Signs in with a PIN. What came of it: {who, unlock, half, secret} or {code, told}; an error where there is no line.
export async function unlock(who, pin) {
  const asked = await fetch("/unlock", { headers });
  const { paired, secret } = await asked.json();
  if (!paired) return { code: "unpaired" };
  return (await post("/unlock", { csrf_token: secret, who, pin })).json();
}

// The screen is "hidden" or "shown". Gives what the server knows then: {who, secret}; null where nobody is signed in
// any more, undefined where there is no line.
export async function tellScreen(is, secret) {
  try {
    const answer = await post("/screen", { csrf_token: secret, is });
    return answer.ok ? await answer.json() : null;
  } catch {
    return undefined;
  }
}

// Ends the sign-in, and nothing else.
export const lock = (secret) => post("/lock", { csrf_token: secret }).catch(() => {});
