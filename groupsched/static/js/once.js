// A second tap of a shaky hand is not a second wish: a form is sent once, until its page is shown again.
export function once(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Back from the next page a browser shows this one as it was left, without running its script again.
  addEventListener("pageshow", () => { sent = false; });
}
