// The cover of a locked tablet: whose page it is gives their PIN and goes on where they were; anybody else signs in.
import { tablet } from "./cover-kept.js";
import { pinpad } from "./pinpad.js";
import { lock, unlock } from "./unlock.js";
import { lockEverybody, opens, openWith } from "./vault-pin.js";
import { waiting } from "./waiting.js";

const radio = (part, who, name) => {
  const label = part.querySelector("template").content.firstElementChild.cloneNode(true);
  label.querySelector("input").value = who;
  label.querySelector("b").append(name);
  return label;
};

// Whose PIN opens: the one whose page it is, or, on a page without a line, everybody who has unlocked this tablet.
function whose(part, who) {
  const { people = {} } = tablet() ?? {};
  const shown = who ? [[who, people[who] ?? ""]] : Object.entries(people);
  const box = part.querySelector("[data-whos]");
  box.replaceChildren(...shown.map(([id, name]) => radio(part, id, name)));
  box.parentElement.hidden = shown.length < 2;
  if (shown.length === 1) box.querySelector("input").checked = true;
  const label = part.querySelector("[data-pin-of]");
  if (shown.length === 1 && shown[0][1]) label.textContent = label.dataset.named.replace("{name}", shown[0][1]);
  return () => box.querySelector("input:checked")?.value;
}

// `open(known)` hears that it is open again: {who, unlock, secret}, without a line {who} alone.
async function locked({ node, who, secret, next, open }) {
  const part = node.querySelector("[data-locked]");
  const told = part.querySelector("[data-told]");
  const say = (words) => { told.textContent = words; };
  part.hidden = false;
  node.classList.add("cover-locked");
  node.querySelector("[data-back]").hidden = true;
  for (const way of part.querySelectorAll("[data-else], [data-password]")) {
    way.href = `/sign-in?next=${encodeURIComponent(next)}`;
  }
  const chosen = whose(part, who);
  if (who) {
    lock(secret);
    lockEverybody();
  }
  const waits = await waiting().catch(() => 0);
  const line = part.querySelector("[data-waits]");
  line.hidden = !waits;
  line.lastElementChild.textContent = waits === 1 ? line.dataset.one : line.dataset.some.replace("{count}", waits);

  async function online(id, pin) {
    const answer = await unlock(id, pin);
    if (answer.half || answer.code === "unpaired") location.assign(part.querySelector("[data-else]").href);
    else if (!answer.who) {
      say(answer.told);
      if (answer.code === "pin-password") keys.end();
    } else {
      await openWith(id, pin).catch(() => {});
      open(answer);
    }
  }

  const keys = pinpad(part, part.querySelector("[name=pin]"), async (pin) => {
    const id = chosen();
    if (!id) return say(told.dataset.first);
    say("");
    try {
      return await online(id, pin);
    } catch {
      // No line: what this browser keeps says whether it is them.
    }
    const found = await opens(id, pin);
    if (found === "open") return open({ who: id });
    say(told.dataset[found]);
    return found === "gone" && keys.end();
  });
  part.querySelector("[data-key]").focus();
}

document.addEventListener("lock", ({ detail }) => locked(detail));
