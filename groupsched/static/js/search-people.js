// A search for people is a post: a name stands in no address. What was asked stays with this entry of the history, in
// this browser alone, so that going back finds the list as it was.
const form = document.querySelector("form[data-search-people]");
const field = form.querySelector("input[type=search]");

form.addEventListener("submit", () => history.replaceState({ ...history.state, asked: field.value }, ""));
// The cross in the box empties it: that is a question too.
field.addEventListener("search", () => { if (field.value === "") form.requestSubmit(); });

const asked = history.state?.asked;
if (asked && !field.value) {
  field.value = asked;
  // htmx takes its forms when the page is complete, after this.
  addEventListener("load", () => form.requestSubmit());
}
