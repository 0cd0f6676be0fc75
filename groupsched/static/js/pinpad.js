// The keys of a PIN: they fill a field that is not seen then; the sixth digit is the last word. A keyboard types too.
const DIGITS = 6;

// `field` is the input, `done(pin)` hears six digits. Gives back what empties it, and what ends it: until somebody
// else is chosen the way by the password stands in its place.
export function pinpad(root, field, done) {
  const pad = root.querySelector("[data-pinpad]");
  const count = pad.querySelector("[data-count]");
  let deaf = false;
  pad.hidden = false;
  field.hidden = true;

  const show = () => {
    [...pad.querySelectorAll(".digits i")].forEach((dot, at) => dot.classList.toggle("on", at < field.value.length));
    count.textContent = field.value ? count.dataset.words.replace("{count}", field.value.length) : "";
  };
  const password = root.querySelector("[data-password]");
  const end = (is = true) => {
    pad.hidden = is;
    password.hidden = !is;
    if (is) password.focus();
  };
  const clear = () => {
    field.value = "";
    show();
  };
  const press = async (key) => {
    if (deaf) return;
    if (key === "clear") field.value = "";
    else if (key === "back") field.value = field.value.slice(0, -1);
    else if (field.value.length < DIGITS) field.value += key;
    show();
    if (field.value.length < DIGITS || !/^\d$/.test(key)) return;
    deaf = true;
    try {
      await done(field.value);
    } finally {
      deaf = false;
      clear();
    }
  };

  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (key) press(key.dataset.key);
  });
  root.addEventListener("keydown", (event) => {
    if (pad.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = /^\d$/.test(event.key) ? event.key : { Backspace: "back", Delete: "clear", Escape: "clear" }[event.key];
    if (!key) return;
    event.preventDefault();
    press(key);
  });
  root.addEventListener("change", ({ target }) => { if (target.name === "who") end(false); });
  show();
  return { clear, end };
}
