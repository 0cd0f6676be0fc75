// The times of a row: five minutes more or less, and now.
import { read, written, writtenMoment } from "./clock.js";

// An empty field counts from the time it shows as a placeholder.
export function step(button) {
  const field = document.getElementById(button.dataset.for);
  const from = read(field.value || field.placeholder);
  if (from) field.value = written(field, from.at + Number(button.dataset.step));
}

// Now, where the group meets: the tablet may think it is elsewhere.
export function setNow(button) {
  const field = document.getElementById(button.dataset.for);
  field.value = writtenMoment(field, new Date(), button.dataset.now);
}
