// The door: six digits, an answer that clears by itself. What does not reach the server goes to the desk. Digits that
// somebody left standing go, and whoever works here holds the ring for three seconds.
import { pinpad } from "./pinpad.js";
import { ask } from "./sheet-ask.js";

const CLEARS = 6_000;
const IDLE = 20_000;
const HELD = 3_000;
const page = document.getElementById("main");
const form = document.querySelector("[data-door]");
const answer = document.querySelector("[data-answer]");
const told = answer.querySelector("[data-told]");
const ring = document.querySelector("[data-hold]");
let idle = 0;
let back = 0;
let held = 0;

function clear() {
  clearTimeout(back);
  answer.hidden = true;
  page.hidden = false;
  page.focus();
}

function show(words, thanks) {
  page.hidden = true;
  answer.hidden = false;
  answer.classList.toggle("is-desk", !thanks);
  told.textContent = words;
  answer.querySelector("[data-then]").textContent = thanks ? page.dataset.soon : "";
  told.focus();
  back = setTimeout(clear, CLEARS);
}

async function send(code) {
  const body = new URLSearchParams([["csrf_token", form.elements.csrf_token.value], ["code", code]]);
  const { status, data } = await ask(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const heard = status === 200 && data?.word;
  show(heard ? data.told : page.dataset.desk, heard && data.word === "thanks");
  // The secret of the form is old, or the tablet is none any more: the page comes anew.
  if (status >= 400 && status < 500) setTimeout(() => location.reload(), CLEARS);
}

const pad = pinpad(form, form.elements.code, send);
form.querySelector("[data-plain]").hidden = true;
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("pointerdown", () => {
  clearTimeout(idle);
  idle = setTimeout(() => pad.clear(), IDLE);
});
answer.addEventListener("click", clear);

const press = () => {
  clearTimeout(held);
  held = setTimeout(() => location.assign(page.dataset.exit), HELD);
};
const release = () => clearTimeout(held);
ring.addEventListener("pointerdown", press);
for (const kind of ["pointerup", "pointerleave", "pointercancel", "blur", "keyup"]) {
  ring.addEventListener(kind, release);
}
ring.addEventListener("keydown", ({ key, repeat }) => { if (!repeat && [" ", "Enter"].includes(key)) press(); });
ring.addEventListener("contextmenu", (event) => event.preventDefault());
