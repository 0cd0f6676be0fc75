// Before anybody signs in: what waits on this device to be sent. A paired tablet says of whom; another names nobody.
import { tablet } from "./cover-kept.js";
import { waiting, waitingBy } from "./waiting.js";

const box = document.getElementById("waits");
const { one, some, oneOf, someOf, somebody } = box.dataset;

const fill = (words, count, name = "") => words.replace("{count}", count).replace("{name}", name);

async function words() {
  const known = tablet()?.people;
  if (!known) {
    const count = await waiting();
    return count ? fill(count === 1 ? one : some, count) : "";
  }
  const sentence = ([name, count]) => fill(count === 1 ? oneOf : someOf, count, name);
  return (await waitingBy(known, somebody)).map(sentence).join(" ");
}

// What was a tablet says it in its own place (tablet.js).
if (!document.getElementById("unpaired")) {
  words().then((said) => {
    box.querySelector("[data-words]").textContent = said;
    box.hidden = !said;
  }).catch(() => {});
}
