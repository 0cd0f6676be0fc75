// How many marks wait on this device, whoever made them; and how many of whom, by the names that `people` gives to ids.
import { keptCalls } from "./house-kept.js";
import { kept } from "./sheet-store.js";

export const waiting = async () => (await kept()).length;

// Those of one person, with what they did in roll-calls.
export async function waitingOf(who) {
  const marks = (await kept()).filter(({ op }) => op.actor === who).length;
  const calls = [...await keptCalls()].filter(([place]) => place.endsWith(` ${who}`));
  return calls.reduce((sum, [, call]) => sum + inCall(call), marks);
}

// What waits of a roll-call: each name, and that it began.
const inCall = ({ wishes, began }) => wishes.length + (began ? 1 : 0);

// Of each sheet, and of everything, whoever made it.
export async function waitingOn() {
  const entries = await kept().catch(() => []);
  const calls = [...(await keptCalls()).values()].reduce((sum, call) => sum + inCall(call), 0);
  return { of: (uid) => entries.filter(({ sheet }) => sheet === uid).length, all: entries.length + calls };
}

export async function waitingBy(people, somebody) {
  const count = new Map();
  for (const { op } of await kept()) {
    const name = people[op.actor] || somebody;
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return [...count];
}
