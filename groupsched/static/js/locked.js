// The page of a locked tablet: a clock, what waits, and the keys of the PIN.
import { clockface } from "./clockface.js";
import { pinpad } from "./pinpad.js";
import { unlock } from "./unlock.js";
import { lockEverybody, opens, openWith } from "./vault-pin.js";
import { waiting } from "./waiting.js";

const form = document.querySelector("[data-lock]");
const told = form.querySelector("[data-told]");
const field = form.querySelector("[name=pin]");
const tick = clockface(form, form.querySelector("[data-date]").dataset.locale);
const who = () => form.querySelector("[name=who]:checked");

const say = (words) => { told.textContent = words; };

async function open(pin) {
  say("");
  const { value: id } = who();
  const next = form.elements.next.value || "/today";
  let answer;
  try {
    answer = await unlock(id, pin);
  } catch {
    // No line: what this browser keeps says whether it is them.
    const found = await opens(id, pin);
    if (found === "open") location.assign(next);
    else say(told.dataset[found]);
    if (found === "gone") keys.end();
    return;
  }
  if (answer.half || answer.code === "unpaired") location.assign("/sign-in");
  else if (!answer.who) {
    say(answer.told);
    if (answer.code === "pin-password") keys.end();
  } else {
    await openWith(id, pin).catch(() => {});
    location.assign(next);
  }
}

async function sayWhatWaits() {
  const count = await waiting();
  const line = form.querySelector("[data-waits]");
  line.hidden = !count;
  line.lastElementChild.textContent = count === 1 ? line.dataset.one : line.dataset.some.replace("{count}", count);
}

lockEverybody();
sayWhatWaits().catch(() => {});
tick();
setInterval(tick, 1000);
form.querySelector("[data-plain]").hidden = true;
form.addEventListener("submit", (event) => event.preventDefault());
const keys = pinpad(form, field, async (pin) => {
  if (who()) await open(pin);
  else say(told.dataset.first);
});
