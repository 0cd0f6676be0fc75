// What the pages without a line share: the light that the pages of the server had here, and whose labels can be read.
import { tablet } from "./cover-kept.js";
import { reader, sweep } from "./vault.js";

export function lookAsBefore() {
  try {
    Object.assign(document.documentElement.dataset, JSON.parse(localStorage.getItem("sheet-look") || "{}"));
  } catch {
    // As the device wants.
  }
}

// "" for nobody; null on a paired tablet whose labels are locked: a PIN opens them, on the cover.
export async function whoReads() {
  await sweep();
  const who = await reader();
  if (who || !tablet()) return who;
  document.addEventListener("unlocked", () => location.reload());
  document.dispatchEvent(new Event("signed-out"));
  return null;
}

// The addresses of a page of nobody, under `from`, are those of one page under `to`.
export function readdress(from, to) {
  for (const element of document.querySelectorAll("[href], [action], [formaction], [data-state], [data-begin]")) {
    for (const name of ["href", "action", "formaction", "data-state", "data-begin"]) {
      const value = element.getAttribute(name);
      if (value?.startsWith(from)) element.setAttribute(name, to + value.slice(from.length));
    }
  }
}
