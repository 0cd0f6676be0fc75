// What stands in the page of the sheet, and what it was told: facts to count with, and every word it says itself.
const told = document.getElementById("sheet-facts").dataset;
export const said = document.getElementById("sheet-words").dataset;

export const sheet = document.querySelector(".sheet");
export const list = document.getElementById("people");
export const marks = document.getElementById("marks");
export const snack = document.getElementById("snack");
export const facts = { ...JSON.parse(told.facts), who: told.who };
export const words = JSON.parse(said.words);
export const locale = told.locale;
export const meeting = { start: facts.start, end: facts.end, grace: facts.grace };
export const narrow = matchMedia("(max-width: 56.24875em)");

export const itemOf = (id) => document.getElementById(`r${id}`);
export const panel = () => document.getElementById("panel");

// A name in letters that run leftwards takes no sign of ours, behind it, along.
const LEFTWARDS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const apart = (value) => (LEFTWARDS.test(value) ? `\u2068${value}\u2069` : value);

// Words with gaps: one text, or two for one and for more.
export function gap(text, ...said) {
  const values = said.map(apart);
  const one = Array.isArray(text) ? text[values[0] === 1 ? 0 : 1] : text;
  return values.reduce((said, value, at) => said.replaceAll(`{${at}}`, value), one.replace("…", values[0]));
}
