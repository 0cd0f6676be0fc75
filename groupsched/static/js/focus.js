// Focus stays where it was: a form that leads back to its own page finds the same control again, or its heading.
const KEY = "left-at";
const ROW = "li, tr, article";

function steps(element) {
  const found = [];
  for (let at = element; at && at.id !== "main"; at = at.parentElement) {
    if (at.id) return [`#${CSS.escape(at.id)}`, ...found].join(" > ");
    found.unshift(`:nth-child(${[...at.parentElement.children].indexOf(at) + 1})`);
  }
  return ["#main", ...found].join(" > ");
}

// What a row is about is where its first link leads; without one, the words before its buttons.
function about(element) {
  const row = element.closest(ROW);
  return row && (row.querySelector("a[href]")?.getAttribute("href") || row.firstElementChild?.textContent.trim());
}

function leave(event) {
  const control = event.submitter || document.activeElement;
  if (!control?.closest("main") || event.target.method !== "post") return;
  const kept = { page: location.pathname, control: steps(control), action: event.target.action, about: about(control),
    words: control.textContent.trim(), top: scrollY };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

// Never the same button of another row: who presses twice would do to the next person what was meant for this one.
function same(kept) {
  const found = document.querySelector(kept.control);
  if (!found) return null;
  return (kept.about && about(found) === kept.about) || found.form?.action === kept.action ? found : null;
}

function heading(kept) {
  let at = null;
  for (let path = kept.control; path && !at; path = path.slice(0, Math.max(path.lastIndexOf(" > "), 0))) {
    at = document.querySelector(path);
  }
  const found = at?.closest("section")?.querySelector("h2, h3") || document.querySelector("main h1");
  found?.setAttribute("tabindex", "-1");
  return found;
}

function inSight(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}

export function comeBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  sessionStorage.removeItem(KEY);
  if (!kept || kept.page !== location.pathname || location.hash || document.querySelector("[data-focus]")) return;
  const found = same(kept) || heading(kept);
  for (let fold = found?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  scrollTo({ top: kept.top, behavior: "instant" });
  found?.focus({ preventScroll: true });
  // Who presses while the page still scrolls to the button leaves from somewhere on the way: it has to be in sight.
  if (found && !inSight(found)) found.scrollIntoView({ block: "center", behavior: "instant" });
}

addEventListener("submit", leave);
