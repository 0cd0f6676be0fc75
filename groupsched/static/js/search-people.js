// A search for people is a post: a name stands in no address. What was asked stays with this entry of the history, in
// this browser alone and no longer than a sign-in rests, so that going back finds the list as it was.
import { say } from "./say.js";

const WHILE = 15 * 60_000;
const form = document.querySelector("form[data-search-people]");
const field = form.querySelector("input[type=search]");

form.addEventListener("submit", () => {
  history.replaceState({ ...history.state, asked: field.value, askedAt: Date.now() }, "");
});
document.addEventListener("htmx:afterSwap", () => say(document.getElementById("found-count")?.textContent || ""));
// The cross in the box empties it: that is a question too.
field.addEventListener("search", () => { if (field.value === "") form.requestSubmit(); });

const state = history.state;
if (state?.asked && Date.now() - state.askedAt < WHILE && !field.value) {
  field.value = state.asked;
  // htmx takes its forms when the page is complete, after this.
  addEventListener("load", () => form.requestSubmit());
}
