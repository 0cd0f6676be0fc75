// The page of a locked tablet: a clock, what waits, and the keys of the PIN.
import { clockface } from "./clockface.js";
import { pinpad } from "./pinpad.js";
import { unlock } from "./unlock.js";

const form = document.querySelector("[data-lock]");
const told = form.querySelector("[data-told]");
const field = form.querySelector("[name=pin]");
const tick = clockface(form, form.querySelector("[data-date]").dataset.locale);
const who = () => form.querySelector("[name=who]:checked");

function say(words) {
  const line = document.createElement("p");
  line.className = "fielderror";
  line.textContent = words;
  told.replaceChildren(line);
}

async function open(pin) {
  told.replaceChildren();
  let answer;
  try {
    answer = await unlock(who().value, pin);
  } catch {
    say(form.dataset.failed);
    return;
  }
  const next = form.elements.next.value;
  if (answer.who && !answer.half) location.assign(next || "/today");
  else if (answer.half || answer.code === "unpaired") location.assign("/sign-in");
  else say(answer.told);
}

tick();
setInterval(tick, 1000);
form.querySelector("[data-plain]").hidden = true;
form.addEventListener("submit", (event) => event.preventDefault());
pinpad(form, field, async (pin) => {
  if (who()) await open(pin);
  else say(form.dataset.first);
});
