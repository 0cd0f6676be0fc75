// The clock of a screen that says nothing: twelve seats, that of the hour lit.
export function clockface(root, locale) {
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  const date = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  return () => {
    const now = new Date();
    root.querySelector("[data-clock]").textContent = clock.format(now);
    root.querySelector("[data-date]").textContent = date.format(now);
    for (const seat of root.querySelectorAll("[data-hour]")) {
      seat.classList.toggle("s-now", Number(seat.dataset.hour) === now.getHours() % 12);
    }
    return clock.format(now);
  };
}
