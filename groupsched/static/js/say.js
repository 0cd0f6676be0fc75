// Words for those who hear a page: one place of it is read out whenever it changes.
const status = document.getElementById("status");

export function say(words) {
  // Emptied first, and filled in a later frame: the same words again are no change, and would not be read out.
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = words; });
}
