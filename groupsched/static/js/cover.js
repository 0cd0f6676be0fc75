// "Hide screen": a clock over everything. The page beneath is hidden and inert, and the tab's title is only the time.
const template = document.getElementById("cover");
const locale = template?.dataset.locale;
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const date = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });

function tick(cover) {
  const now = new Date();
  document.title = clock.format(now);
  cover.querySelector("[data-clock]").textContent = clock.format(now);
  cover.querySelector("[data-date]").textContent = date.format(now);
  for (const seat of cover.querySelectorAll("[data-hour]")) {
    seat.classList.toggle("s-now", Number(seat.dataset.hour) === now.getHours() % 12);
  }
}

function hide(from, title) {
  sessionStorage.setItem("covered", "1");
  // The warning that a sign-in rests is a dialog: hidden here, it would open later, seen by nobody and over everything.
  const beneath = [...document.body.children].filter((element) => !element.hidden && element.id !== "stay");
  const cover = template.content.firstElementChild.cloneNode(true);
  for (const element of beneath) element.hidden = true;
  document.body.append(cover);
  tick(cover);
  const timer = setInterval(() => tick(cover), 1000);
  const back = () => {
    clearInterval(timer);
    cover.remove();
    for (const element of beneath) element.hidden = false;
    document.title = title;
    sessionStorage.removeItem("covered");
    from?.focus();
  };
  const button = cover.querySelector("button");
  button.addEventListener("click", back);
  button.focus();
}

addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-hide-screen]");
  if (!link || !template) return;
  event.preventDefault();
  hide(link, document.title);
});

// js/covered.js hid the page before it was drawn: the tab was loaded again.
const root = document.documentElement;
if (root.classList.contains("covered")) {
  if (template) hide(document.querySelector("[data-hide-screen]"), root.dataset.title ?? document.title);
  root.classList.remove("covered");
}
