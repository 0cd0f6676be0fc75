// The clock of a screen that says nothing: twelve seats, that of the hour lit.
export function clockface(root, locale) {
  // A page that only a script covers sends one seat.
  const [first, second] = root.querySelectorAll("[data-hour]");
  for (let hour = second ? 12 : 1; hour < 12; hour += 1) {
    const seat = first.cloneNode();
    seat.dataset.hour = hour;
    seat.setAttribute("transform", `rotate(${hour * 30}) ${first.getAttribute("transform")}`);
    first.before(seat);
  }
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  const date = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  return () => {
    const now = new Date();
    // The half of the day has no room in the ring: the lit seat and the sun say it.
    const figures = clock.formatToParts(now).filter(({ type }) => type !== "dayPeriod");
    root.querySelector("[data-clock]").textContent = figures.map(({ value }) => value).join("").trim();
    root.querySelector("[data-date]").textContent = date.format(now);
    for (const seat of root.querySelectorAll("[data-hour]")) {
      seat.classList.toggle("s-now", Number(seat.dataset.hour) === now.getHours() % 12);
    }
    return clock.format(now);
  };
}
