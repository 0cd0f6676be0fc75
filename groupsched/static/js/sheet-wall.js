// The wall clock where a group meets: the twin of clock_at in attendance/rules/times.py.
const MINUTE = 60_000;

// The wall clock of a zone as if it were UTC.
function wall(moment, timeZone) {
  const parts = new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", year: "numeric", month: "numeric",
    day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(moment);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

// The moment beside the meeting at which the clock of the wall shows one of these minutes of a day.
export function clockAt(clocks, meeting, zone) {
  const day = new Date(wall(meeting.start, zone)).setUTCHours(0, 0, 0, 0);
  const shows = [0, -1, 1].flatMap((other) => clocks.map((at) => day + other * 24 * 60 * MINUTE + at * MINUTE));
  // The clock may stand an hour before or after what it showed at the start.
  const offset = wall(meeting.start, zone) - meeting.start;
  const moments = shows.flatMap((at) => [0, 60, -60].map((more) => at - offset + more * MINUTE)
    .filter((moment) => wall(moment, zone) === at));
  const far = (moment) => Math.max(meeting.start - moment, moment - meeting.end, 0);
  return moments.reduce((best, one) => (far(one) < far(best) ? one : best), moments[0] ?? shows[0] - offset);
}
