// How many marks wait on this device, whoever made them; and how many of whom, by the names that `people` gives to ids.
import { keptCalls } from "./house-kept.js";
import { kept, marksIn } from "./sheet-store.js";

export const waiting = async () => marksIn(await kept());

// Those of one person, with what they did in roll-calls.
export async function waitingOf(who) {
  const marks = marksIn((await kept()).filter(({ op }) => op.actor === who));
  const calls = [...await keptCalls()].filter(([place]) => place.endsWith(` ${who}`));
  return calls.reduce((sum, [, call]) => sum + inCall(call), marks);
}

// What waits of a roll-call: each name, and that it began.
const inCall = ({ wishes, began }) => wishes.length + (began ? 1 : 0);

// Of each sheet, and of everything, whoever made it.
export async function waitingOn() {
  const entries = await kept().catch(() => []);
  const calls = [...(await keptCalls()).values()].reduce((sum, call) => sum + inCall(call), 0);
  return { of: (uid) => marksIn(entries.filter(({ sheet }) => sheet === uid)), all: marksIn(entries) + calls };
}

export async function waitingBy(people, somebody) {
  const made = new Map();
  for (const entry of await kept()) {
    const name = people[entry.op.actor] || somebody;
    made.set(name, [...made.get(name) ?? [], entry]);
  }
  return [...made].map(([name, entries]) => [name, marksIn(entries)]);
}
