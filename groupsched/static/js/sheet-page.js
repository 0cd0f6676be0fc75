// What stands in the page of the sheet. A sheet without people has neither list nor marks; the panel comes and goes.
export const sheet = document.querySelector(".sheet");
export const list = document.getElementById("people");
export const marks = document.getElementById("marks");
export const snack = document.getElementById("snack");
export const home = marks?.dataset.home;
export const narrow = matchMedia("(max-width: 56.24875em)");

export const itemOf = (id) => document.getElementById(`r${id}`);
export const panel = () => document.getElementById("panel");
