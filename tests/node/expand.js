// Expands calendar files with ical.js, the reader inside Thunderbird, in the zones that the files describe.
// In: [{ics, from, to}] (seconds since 1970) on standard input. Out: a list of events for each file.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

function occurrences(ics, from, to) {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents("vevent");
  const overrides = events.filter((event) => event.hasProperty("recurrence-id"));
  const found = [];
  for (const component of events) {
    if (component.hasProperty("recurrence-id")) continue;
    const uid = component.getFirstPropertyValue("uid");
    const exceptions = overrides.filter((other) => other.getFirstPropertyValue("uid") === uid);
    const event = new ICAL.Event(component, { exceptions });
    if (event.isRecurring()) {
      const dates = event.iterator();
      for (let next = dates.next(); next && next.toUnixTime() < to; next = dates.next()) {
        found.push(shown(event.getOccurrenceDetails(next)));
      }
    } else {
      found.push(shown({ item: event, startDate: event.startDate, endDate: event.endDate }));
    }
  }
  return found.filter((event) => event.start < to && event.end > from);
}

function shown({ item, startDate, endDate }) {
  return {
    uid: item.uid,
    start: startDate.toUnixTime(),
    end: endDate.toUnixTime(),
    title: item.summary,
    place: item.location,
    cancelled: item.component.getFirstPropertyValue("status") === "CANCELLED",
  };
}

const files = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(files.map(({ ics, from, to }) => occurrences(ics, from, to))));
