// The calendar page: copy the new link, or mark it where copying is not allowed. Without script it can be selected.
import { say } from "./frame.js";
import { once } from "./once.js";

const button = document.querySelector("[data-copy]");
const link = document.querySelector("[data-copy-from]");

async function copy() {
  try {
    await navigator.clipboard.writeText(link.value);
    button.querySelector("span").textContent = button.dataset.copied;
    say(button.dataset.copied);
  } catch {
    link.focus();
    link.select();
    say(button.dataset.failed);
    failed();
  }
}

function failed() {
  let words = document.getElementById("copy-failed");
  if (!words) {
    words = document.createElement("p");
    words.id = "copy-failed";
    words.className = "hint";
    button.parentElement.after(words);
  }
  words.textContent = button.dataset.failed;
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", copy);
}
link?.addEventListener("focus", () => link.select());
for (const form of document.querySelectorAll("main form[method=post]")) once(form);
