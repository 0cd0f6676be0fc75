// Honest time: the server's, by what it told last and by what has passed since. A clock that jumps, or is wrong from
// the start, changes nothing; what it says itself goes along as a claim.
const JUMP = 2000;
const OLD = 600_000;

// `date` and `steady` are the device's clock of the wall and the one that only runs on, both in milliseconds. `apart` is
// how far the first was from the server's when that was measured before; `learn` hears each new measure.
export function makeTime(date, steady, apart = 0, learn = () => {}) {
  let told = null;
  return {
    // The server said `moment` in an answer that took from `sent` to `got`, by the steady clock.
    hear(moment, sent, got) {
      const doubt = (got - sent) / 2;
      const since = told ? got - told.at : OLD;
      if (told && doubt > told.doubt && since < OLD) return;
      told = { moment: moment + doubt, at: got, date: date() - (steady() - got), doubt };
      learn(told.moment - told.date);
    },
    // Asleep, a device may stop its steady clock: what its clock of the wall says has passed is then right.
    wake() {
      if (!told) return;
      const slept = date() - told.date - (steady() - told.at);
      if (slept > JUMP) told = { ...told, at: told.at - slept };
    },
    now: () => (told ? told.moment + (steady() - told.at) : date() + apart),
    claimed: date,
  };
}
