// Unlocking a paired tablet with a PIN, and what a page tells the server of its screen.
const headers = { Accept: "application/json" };

async function post(address, fields) {
  return fetch(address, { method: "POST", headers, body: new URLSearchParams(fields), keepalive: true });
}

// Whether this is a paired tablet, and a secret for forms.
const asked = async () => (await fetch("/unlock", { headers })).json();

// Signs in with a PIN. What came of it: {who, unlock, half, secret} or {code, told}; an error where there is no line.
export async function unlock(who, pin) {
  const { paired, secret } = await asked();
  if (!paired) return { code: "unpaired" };
  return (await post("/unlock", { csrf_token: secret, who, pin })).json();
}

// The screen is "hidden" or "shown". Gives what the server knows then: {who, secret}; null where nobody is signed in
// any more, undefined where that cannot be known. A page without a form has no `secret` of its own.
export async function tellScreen(is, secret) {
  try {
    const answer = await post("/screen", { csrf_token: secret ?? (await asked()).secret, is });
    if (answer.ok) return await answer.json();
    return answer.status === 401 ? null : undefined;
  } catch {
    return undefined;
  }
}

// Ends the sign-in, and nothing else.
export async function lock(secret) {
  try {
    await post("/lock", { csrf_token: secret ?? (await asked()).secret });
  } catch {
    // The server locks a hidden screen by itself.
  }
}
