// The queue of one device: everything a sheet can do, made at the tap, kept until the server has answered it alone.
// Oldest first; what comes while a request is under way goes in the next. Nothing here knows the page.
const MOST = 100;

export class Outbox {
  // `send(sheet, operations)` answers {line, data}: line is "fine" or says what is waited for. `heard(data, settled)`
  // has each answer, with the entries it settled; `changed()` follows every change.
  // `shared` where the browser is a paired tablet: it sends what others made on it, each under its own unlock.
  constructor({ store, send, who, heard, changed, shared = false }) {
    Object.assign(this, { store, send, who, heard, changed, shared });
    this.entries = [];
    this.line = "fine";
    this.busy = null;
    this.keeps = true;
    this.loaded = false;
  }

  // What an earlier page left; what was tapped meanwhile comes after it.
  async load() {
    const before = await this.store.kept().catch(() => []);
    const known = new Set(this.entries.map(({ id }) => id));
    this.entries = [...before.filter(({ id, op }) => op && !known.has(id)), ...this.entries];
    this.loaded = true;
    this.changed();
    return this.flush();
  }

  add(entry) {
    // What was set aside for the same row, and an end that was, is answered by doing it otherwise.
    for (const old of this.of(entry.sheet).filter(({ aside }) => aside)) {
      const again = old.op.kind === "finish" && entry.op.kind === "finish";
      if (again || old.touches.some((id) => entry.touches.includes(id))) this.forget(old);
    }
    this.entries.push(entry);
    this.store.keep(entry).catch(() => {
      this.keeps = false;
      this.changed();
    });
    this.changed();
    return this.flush();
  }

  forget(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.store.drop(entry.id).catch(() => {});
  }

  of(sheet) {
    return this.entries.filter((entry) => entry.sheet === sheet);
  }

  get mine() {
    return this.entries.filter(({ op, aside }) => op.actor === this.who && !aside);
  }

  // What can be sent now: one's own, and on a tablet what others made under an unlock that the server has not refused.
  get ready() {
    return this.entries.filter((entry) => !entry.aside && this.sends(entry));
  }

  sends({ op, aside, held }) {
    return op.actor === this.who || Boolean(this.shared && op.unlock && !aside && !held);
  }

  get others() {
    return this.entries.filter(({ op }) => op.actor !== this.who);
  }

  get aside() {
    return this.entries.filter(({ op, aside }) => op.actor === this.who && aside);
  }

  // The end of a sheet that waits to be sent: one that was refused waits no more, and holds nothing up.
  ending(sheet) {
    return this.of(sheet).find((entry) => entry.op.kind === "finish" && !entry.aside && this.sends(entry));
  }

  // The last of one's own words on a row that is not answered yet; a note is none.
  lastOn(row) {
    return this.mine.filter(({ op, touches }) => op.kind !== "note" && touches.includes(row)).pop()?.id;
  }

  flush() {
    this.busy ??= this.#empty().finally(() => {
      this.busy = null;
      this.changed();
      if (this.line === "fine" && this.ready.length) this.flush();
    });
    return this.busy;
  }

  async #empty() {
    for (let batch = this.#next(); batch.length; batch = this.#next()) {
      this.changed();
      const { line, data } = await this.send(batch[0].sheet, batch.map(({ op }) => op));
      this.line = line;
      if (line === "no-sheet") this.#refused(batch, data.reason);
      else if (line !== "fine") return;
      else if (!this.#settle(batch, data)) {
        this.line = "offline";
        return;
      }
      this.changed();
    }
  }

  // One sheet at a time. Whoever is added here has the name of an operation until that is answered: what was done with
  // them since waits for the real one.
  #next() {
    const { ready } = this;
    const [first] = ready;
    const all = first ? ready.filter(({ sheet }) => sheet === first.sheet) : [];
    const made = new Set(all.map(({ op }) => op.op_id));
    const stop = all.findIndex(({ op }) => made.has(op.attendee_id) || op.rows?.some((id) => made.has(id)));
    return all.slice(0, stop < 0 ? MOST : Math.min(stop, MOST));
  }

  // Each is answered alone; false where nothing was answered, which would be asked for ever.
  #settle(batch, data) {
    const answers = new Map(data.results.map((result) => [result.op_id, result]));
    const settled = batch.filter(({ id }) => answers.has(id)).map((entry) => ({ entry, ...answers.get(entry.id) }));
    for (const { entry, outcome, reason, code, row } of settled) {
      if (outcome === "refused" && !["left-choices", "changed-since"].includes(code)) this.#refused([entry], reason);
      else this.forget(entry);
      if (row && row.id !== entry.id && ["walk_in", "guest"].includes(entry.op.kind)) this.#rename(entry.id, row.id);
    }
    this.heard(data, settled, batch[0].sheet);
    return settled.length > 0;
  }

  // One's own is set aside with its reason; somebody else's waits for them, as if it had not been tried.
  #refused(entries, reason) {
    for (const entry of entries) if (entry.op.actor !== this.who) entry.held = true;
    this.#setAside(entries.filter(({ op }) => op.actor === this.who), reason);
  }

  #setAside(entries, reason) {
    for (const entry of entries) this.store.keep(Object.assign(entry, { aside: reason || "?" })).catch(() => {});
    this.line = "fine";
  }

  #rename(made, real) {
    for (const entry of this.entries) {
      if (!entry.touches.includes(made) && !(made in (entry.back || {}))) continue;
      const named = (id) => (id === made ? real : id);
      entry.touches = entry.touches.map(named);
      if (entry.op.attendee_id) entry.op.attendee_id = named(entry.op.attendee_id);
      if (entry.op.rows) entry.op.rows = entry.op.rows.map(named);
      if (entry.back) entry.back = Object.fromEntries(Object.entries(entry.back).map(([id, was]) => [named(id), was]));
      this.store.keep(entry).catch(() => {});
    }
  }
}
