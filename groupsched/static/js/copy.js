// Copies a link, or marks it where copying is not allowed. Without script it can be selected.
import { say } from "./say.js";

async function copy(button) {
  const link = button.parentElement.querySelector("[data-copy-from]");
  try {
    await navigator.clipboard.writeText(link.value);
    button.querySelector("span").textContent = button.dataset.copied;
    say(button.dataset.copied);
  } catch {
    link.focus();
    link.select();
    say(button.dataset.failed);
    failed(button);
  }
}

function failed(button) {
  let words = document.getElementById("copy-failed");
  if (!words) {
    words = document.createElement("p");
    words.id = "copy-failed";
    words.className = "hint";
    button.parentElement.after(words);
  }
  words.textContent = button.dataset.failed;
}

function show() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-copy-from]")) event.target.select();
});
// A list of sessions is swapped as a whole, with its link.
document.addEventListener("htmx:afterSwap", show);
show();
