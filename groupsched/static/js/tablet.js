// A paired tablet remembers what it is called and who unlocks it, for the time without a line. One that is paired no
// more forgets every name at once, and asks about what waits; that is never dropped.
import { keepTablet, tablet } from "./cover-kept.js";
import { forgetAll } from "./vault.js";
import { waitingBy } from "./waiting.js";

const said = document.getElementById("cover")?.dataset ?? {};
const strip = document.getElementById("unpaired");

function remember() {
  const people = { ...tablet()?.people, [said.who]: said.name };
  keepTablet({ name: said.device, people });
}

async function sayWhatWaits() {
  const waits = await waitingBy(tablet()?.people ?? {}, strip.dataset.somebody);
  strip.hidden = !waits.length;
  if (!waits.length) return keepTablet(null);
  const words = ([name, count]) => (count === 1 ? strip.dataset.one : strip.dataset.some)
    .replace("{count}", count).replace("{name}", name);
  strip.querySelector("[data-waits]").textContent = waits.map(words).join(" ");
  document.getElementById("main")?.before(strip);
  return undefined;
}

if (strip && tablet()) {
  forgetAll().then(sayWhatWaits).catch(() => {});
  document.addEventListener("sent", () => sayWhatWaits().catch(() => {}));
} else if (said.device) remember();
