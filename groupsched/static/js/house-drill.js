// A roll-call as this tablet knows it, without a page: which one runs, who is out of it, and what was tapped and is not
// answered yet. Everything belongs to the roll-call that it was said of; of another one it says nothing here.

// So old a roll-call is over, also where nobody ended it (ROLL_CALL_LASTS, attendance/rules/house.py).
const LONGEST = 4 * 3600_000;

export class Drill {
  roll = ""; // its id; "" where none runs, or it began here and is not told yet
  since = 0;
  began = null; // when it began here, until that is told
  now = 0; // as of when the server told it
  apart = 0; // how far the clock of the server is ahead of the one here
  out = {}; // when somebody came out, in words, by the key of their tile
  house = {}; // who is in the house, by key: true, or false for who is not marked yet and may be
  wishes = new Map();

  get runs() { return Boolean(this.roll || this.began); }

  // How many wait to be sent.
  get size() { return this.wishes.size + (this.began ? 1 : 0); }

  begin(at) {
    if (!this.runs) Object.assign(this, { began: at, since: at + this.apart, out: {} });
  }

  // A tile is out, or is not after all; the last word on it goes last.
  wish(key, out, name, at) {
    if (!this.runs) return false;
    this.wishes.delete(key);
    this.wishes.set(key, { out, name, at, roll: this.roll });
    return true;
  }

  // What waits of this roll-call for a tile.
  waiting(key) {
    const one = this.wishes.get(key);
    return this.runs && one?.roll === this.roll ? one : undefined;
  }

  // Out, surely there, or perhaps; `sure` is how its page has it, which may be older.
  standing(key, sure) {
    if (this.words(key) !== null) return "out";
    return this.house[key] ?? sure ? "left" : "perhaps";
  }

  // Who is in the house, or out, and not among these.
  missing(keys) {
    const all = new Set([...Object.keys(this.house), ...this.runs ? Object.keys(this.out) : []]);
    for (const key of keys) all.delete(key);
    return [...all];
  }

  // How many are out, not yet, and perhaps, of these [key, sure] and of those who are missing among them: nobody who is
  // or may be inside is in no number.
  totals(people) {
    const missing = this.missing(people.map(([key]) => key)).map((key) => [key, this.house[key]]);
    const sum = { out: 0, left: 0, perhaps: 0 };
    for (const [key, sure] of [...people, ...missing]) sum[this.standing(key, sure)] += 1;
    return sum;
  }

  // What a tile says: words where somebody is out, null where not.
  words(key) {
    const waits = this.waiting(key);
    if (waits) return waits.out ? "↻" : null;
    return this.runs ? this.out[key] ?? null : null;
  }

  // Names called out here that wait, [key, name].
  called() {
    const named = [...this.wishes].filter(([key, { out, name }]) => out && name && this.waiting(key));
    return named.map(([key, { name }]) => [key, name]);
  }

  // How it stands, as the server told it; nothing older comes after something newer. True where another one runs now,
  // or none.
  take({ roll, since = 0, now = 0, out = {}, house = this.house }) {
    if (roll === undefined || now < this.now) return false;
    const other = roll !== this.roll;
    Object.assign(this, { roll, since, now, out, house });
    return other;
  }

  // That it began is told: what was tapped since then is of that one from now on. Where it was refused, of none.
  told({ roll = "", told }, at) {
    if (this.began === at) this.began = null;
    for (const [key, one] of this.wishes) {
      if (one.roll) continue;
      if (told || !roll) this.wishes.delete(key);
      else this.wishes.set(key, { ...one, roll });
    }
  }

  // What an earlier page left waiting; what was tapped on this one since is newer.
  restore({ began, wishes }) {
    this.began ??= began;
    if (began && !this.roll) this.since = began + this.apart;
    for (const [key, one] of wishes) if (!this.wishes.has(key)) this.wishes.set(key, one);
  }

  // So old it is over, whatever was heard last. True where it was one.
  age(moment) {
    if (!this.runs || moment + this.apart - this.since < LONGEST) return false;
    for (const [key, one] of this.wishes) if (one.roll === this.roll) this.wishes.delete(key);
    Object.assign(this, { roll: "", began: null, since: 0, out: {} });
    return true;
  }
}

// The newer of two that a device keeps of one house: as it was told with everybody in it, and as its page had it last.
export function newest(house, at, drill) {
  if (drill && drill.now >= at) return drill;
  return { roll: house.roll, since: house.since, now: at, out: house.out, called: house.called };
}
