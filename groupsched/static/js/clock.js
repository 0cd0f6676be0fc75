// Times of day as people write them, and as the region of the page does; inside an element that names it, data-locale.
const CLOCK = /^\s*(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*(?:([ap])\.?\s*(?:m\.?)?)?\s*$/i;
export const DAY = 24 * 60;

// Minutes since midnight, and whether the text says which half of the day; null for what is no time.
export function read(text) {
  const [, hours, minutes, half] = CLOCK.exec(text) || [];
  if (hours === undefined) return null;
  const hour = half ? (Number(hours) % 12) + (half.toLowerCase() === "p" ? 12 : 0) : Number(hours);
  return { at: hour * 60 + Number(minutes || 0), sure: Boolean(half) || Number(hours) > 12 };
}

function halves(locale) {
  return new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12;
}

export function clockWritten(locale, moment, timeZone) {
  const hour = halves(locale) ? "numeric" : "2-digit";
  return new Intl.DateTimeFormat(locale, { hour, minute: "2-digit", timeZone }).format(moment).replace(/\s/g, " ");
}

export function writtenMoment(field, moment, timeZone) {
  return clockWritten(field.closest("[data-locale]").dataset.locale, moment, timeZone);
}

// Midnight is passed in both directions.
export function written(field, minutes) {
  return writtenMoment(field, new Date((((minutes % DAY) + DAY) % DAY) * 60_000), "UTC");
}

// What somebody means who writes over a time that stood, as clock_near of core/regions.py reads it: of a bare hour the
// one nearer to it, the one from 7 to 19 o'clock where both are as far; who writes "09:00" counts to 24. Null for what
// is no time.
export function meant(field, stood) {
  const { at, sure } = read(field.value) || {};
  if (at === undefined || at >= DAY) return null;
  const open = !sure && !/^\s*0/.test(field.value) && at >= 60 && at < DAY / 2;
  const either = open && halves(field.closest("[data-locale]").dataset.locale);
  if (!either || stood === undefined) return at;
  const later = (at - stood + DAY) % (DAY / 2);
  const near = (stood + (later > DAY / 4 ? later - DAY / 2 : later) + DAY) % DAY;
  const day = near >= 7 * 60 && near < 19 * 60;
  return later === DAY / 4 && !day ? (near + DAY / 2) % DAY : near;
}
