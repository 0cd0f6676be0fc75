// How many marks wait on this device, whoever made them; and how many of whom, by the names that `people` gives to ids.
import { kept } from "./sheet-store.js";

export const waiting = async () => (await kept()).length;

export async function waitingBy(people, somebody) {
  const count = new Map();
  for (const { op } of await kept()) {
    const name = people[op.actor] || somebody;
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return [...count];
}
