// A second tap of a shaky hand is not a second wish: a form is sent once, until its page is shown again.
const WHILE = 8_000;
const sent = new Map();

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (performance.now() - (sent.get(form) ?? -WHILE) < WHILE) event.preventDefault();
  else sent.set(form, performance.now());
});
// Back from the next page a browser shows this one as it was left, without running its script again.
addEventListener("pageshow", () => sent.clear());
