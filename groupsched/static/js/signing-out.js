// Signing out takes the labels that this browser keeps with it. What waits to be sent stays, for the next sign-in.
import { forget, reader } from "./vault.js";

// Nobody is kept from leaving by a storage that does not answer.
const PATIENCE = 2000;

async function forgetReader() {
  const who = await reader();
  if (who) await forget(who);
}

addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !/\/sign-out$/.test(form.action)) return;
  event.preventDefault();
  const shortly = new Promise((done) => { setTimeout(done, PATIENCE); });
  await Promise.race([forgetReader().catch(() => {}), shortly]);
  form.submit();
});
