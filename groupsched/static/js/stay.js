// A sign-in that rests too long ends. Two minutes before, one button keeps it. Afterwards the page is hidden, not lost:
// the same person signs in again in another tab and goes on here, with everything that was typed.
const WARNING = 120_000;
const EVERY = 5_000;

// `dialog` is components/stay.html, in the page or come after it.
export function watch(dialog) {
  const idle = Number(dialog.dataset.idle) * 1000;
  const tabs = new BroadcastChannel("stay");
  const title = document.title;
  let heard = Date.now();

  const keeps = () => dialog.dataset.keeps !== undefined;
  const beneath = () => [...document.body.children].filter((element) => element !== dialog && element.id !== "cover");

  const hear = () => {
    heard = Date.now();
    tabs.postMessage("heard");
  };

  // Who is signed in; null for nobody, undefined where nothing came that could say so.
  const ask = async () => {
    try {
      const answer = await fetch(dialog.dataset.href, { redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.ok) return await answer.json();
      return answer.status < 500 ? null : undefined;
    } catch {
      return undefined;
    }
  };

  // A sheet that waits to be sent is sent from any tab of it: the sign-in leads back to it, and what waits is said.
  const showWaiting = () => {
    const waits = dialog.querySelector("[data-waits]");
    const number = Number(dialog.dataset.waiting ?? 0);
    waits.textContent = JSON.parse(waits.dataset.waits)[number === 1 ? 0 : 1].replace("…", number);
    waits.hidden = !number;
    dialog.querySelector("[data-typed]").hidden = Boolean(number);
    const way = dialog.querySelector("[data-ended] a");
    way.href = `${way.pathname}?next=${encodeURIComponent(location.pathname)}`;
  };

  const show = (ended) => {
    if (ended && keeps()) showWaiting();
    dialog.querySelector("[data-warning]").hidden = ended;
    dialog.querySelector("[data-ended]").hidden = !ended;
    if (ended) {
      document.title = dialog.dataset.title;
      for (const element of beneath()) element.classList.add("behind");
    }
    if (!dialog.open) dialog.showModal();
  };

  const goOn = (known) => {
    // Signed in anew, the forms of this page bear a secret that is worth nothing any more.
    for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = known.secret;
    for (const element of beneath()) element.classList.remove("behind");
    document.title = title;
    dialog.close();
    hear();
  };

  const another = () => {
    // What somebody else wrote is nobody's to read.
    for (const element of beneath()) element.remove();
    for (const part of dialog.children) part.hidden = part.dataset.other === undefined;
    if (!dialog.open) dialog.showModal();
  };

  const check = async () => {
    const known = await ask();
    if (known && known.who !== dialog.dataset.who) another();
    else if (known) goOn(known);
    else if (known === undefined && keeps() && !dialog.querySelector("[data-warning]").hidden) dialog.close();
    else show(true);
  };

  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.querySelector("[data-stay]").addEventListener("click", check);
  dialog.querySelector("[data-back]").addEventListener("click", check);
  dialog.querySelector("[data-anew]").addEventListener("click", () => {
    location.assign(location.pathname + location.search);
  });
  tabs.addEventListener("message", () => {
    heard = Date.now();
    if (dialog.open && !dialog.querySelector("[data-warning]").hidden) dialog.close();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) hear();
  });
  // What htmx asked met no sign-in: the page stays as it is, under the way to sign in again.
  document.addEventListener("signed-out", () => show(true));
  document.addEventListener("heard", hear);
  hear();

  // A sheet goes on without a line, whose sign-in cannot rest: it is over when the server says so.
  const rests = async () => {
    const known = keeps() ? await ask() : null;
    if (known === null) show(true);
    else if (known) check();
  };

  setInterval(() => {
    const left = idle - (Date.now() - heard);
    if (left <= 0) rests();
    else if (left <= WARNING && !dialog.open && dialog.dataset.apart === undefined) show(false);
  }, EVERY);
}
