// The times of a row, as the region writes them: five minutes more or less, and now.
const CLOCK = /^\s*(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*(?:([ap])\.?\s*(?:m\.?)?)?\s*$/i;
const DAY = 24 * 60;

function minutesOf(text) {
  const [, hours, minutes, half] = CLOCK.exec(text) || [];
  if (hours === undefined) return null;
  const hour = half ? (Number(hours) % 12) + (half.toLowerCase() === "p" ? 12 : 0) : Number(hours);
  return hour * 60 + Number(minutes || 0);
}

function written(field, moment, timeZone) {
  const { locale } = field.closest("[data-locale]").dataset;
  const { hour12 } = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions();
  const hour = hour12 ? "numeric" : "2-digit";
  const clock = new Intl.DateTimeFormat(locale, { hour, minute: "2-digit", timeZone });
  return clock.format(moment).replace(/\s/g, " ");
}

// An empty field counts from the time it shows as a placeholder; midnight is passed in both directions.
export function step(button) {
  const field = document.getElementById(button.dataset.for);
  const from = minutesOf(field.value || field.placeholder);
  if (from === null) return;
  const moved = (from + Number(button.dataset.step) + DAY) % DAY;
  field.value = written(field, new Date(moved * 60_000), "UTC");
}

// Now, where the group meets: the tablet may think it is elsewhere.
export function setNow(button) {
  const field = document.getElementById(button.dataset.for);
  field.value = written(field, new Date(), button.dataset.now);
}
