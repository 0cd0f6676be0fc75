// A roll-call on a tablet: a tap turns the tile at once, is kept in this browser without a name, and is sent when
// the line allows, the oldest first. What other tablets saw comes every ten seconds. Without this every tile is a
// plain form.
import "./print.js";
import { say } from "./say.js";

const form = document.getElementById("house");
const saved = document.getElementById("house-saved");
const EVERY = 10_000;
const PATIENCE = 8_000;

// The answer as data; undefined where there is no line, or what answers is not the house.
async function ask(address, options = {}) {
  const stop = AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined;
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(address, { ...options, headers, signal: stop });
    const kind = answer.headers.get("Content-Type") || "";
    return kind.startsWith("application/json") ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

if (form) {
  const store = `house-${form.elements.roll.value}`;
  const waiting = new Map(JSON.parse(localStorage.getItem(store) || "[]"));
  let sending = false;

  const tiles = () => [...form.querySelectorAll("[data-key]")];

  const draw = (tile, words) => {
    const button = tile.querySelector("button");
    const out = words !== null;
    tile.className = `tile st-${out ? "here" : "none"}`;
    button.setAttribute("aria-pressed", String(out));
    button.value = `${tile.dataset.key}.${out ? 0 : 1}`;
    button.querySelector("use").setAttribute("href", out ? "#g-here" : "#g-none");
    button.querySelector("span > span").textContent = out ? words : button.dataset.line;
  };

  const count = () => {
    const safe = tiles().filter((tile) => tile.classList.contains("st-here")).length;
    const known = tiles().filter((tile) => tile.classList.contains("st-here") || tile.dataset.sure !== "no");
    document.querySelector("[data-out]").textContent = safe;
    document.querySelector("[data-left]").textContent = known.length - safe;
  };

  const keep = () => {
    if (waiting.size) localStorage.setItem(store, JSON.stringify([...waiting]));
    else localStorage.removeItem(store);
    saved.hidden = waiting.size === 0;
    saved.lastElementChild.textContent = saved.dataset.words.replace("…", waiting.size);
  };

  const take = (state) => {
    for (const tile of tiles()) {
      const { key } = tile.dataset;
      if (!waiting.has(key)) draw(tile, state.out[key] ?? null);
    }
    count();
  };

  const send = async () => {
    if (sending) return;
    sending = true;
    let answer = {};
    while (waiting.size && answer) {
      const [key, wish] = waiting.entries().next().value;
      const body = new URLSearchParams(new FormData(form));
      body.set("mark", `${key}.${wish.out ? 1 : 0}`);
      body.set("at", wish.at);
      answer = await ask(form.action, { method: "POST", body, keepalive: true });
      if (answer && waiting.get(key) === wish) waiting.delete(key);
      if (answer?.told) say(answer.told);
      if (answer?.out) take(answer);
      keep();
    }
    sending = false;
  };

  const look = async () => {
    await send();
    if (waiting.size) return;
    const answer = await ask(form.dataset.state);
    if (answer?.out) take(answer);
  };

  form.addEventListener("submit", (event) => {
    const tile = event.submitter?.closest("[data-key]");
    if (!tile) return;
    event.preventDefault();
    const out = event.submitter.value.endsWith(".1");
    waiting.set(tile.dataset.key, { out, at: Date.now() });
    draw(tile, out ? "↻" : null);
    count();
    keep();
    send();
  });
  for (const [key, wish] of waiting) {
    const tile = tiles().find((one) => one.dataset.key === key);
    if (tile) draw(tile, wish.out ? "↻" : null);
  }
  keep();
  look();
  setInterval(look, EVERY);
  addEventListener("online", look);
}
