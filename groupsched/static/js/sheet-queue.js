// The queue of acts: one after the other, oldest first, each a form of the page. What is sent, and what became of it.
// Everybody else knows `queue` and `emptied` alone.
import { make } from "./sheet-draw.js";
import { chip, line, reached } from "./sheet-line.js";
import { list, snack } from "./sheet-page.js";
import { apply } from "./sheet-rows.js";
import { Refused, isData, post } from "./sheet-send.js";
import { fail } from "./sheet-snack.js";

let chain = Promise.resolve();

export const emptied = () => chain;

// `after` has the answer, when its rows are drawn; `failed` is called where the server could not be asked.
export function queue(form, fields, after, failed = () => fail(snack.dataset.unsaved)) {
  line.waiting += 1;
  chip();
  chain = chain.then(() => send(form, fields)).then((answer) => {
    apply(answer, true);
    after?.(answer);
    line.waiting -= 1;
    chip();
  }).catch((error) => {
    line.waiting -= 1;
    const refused = error instanceof Refused;
    for (const item of refused ? list.querySelectorAll("[aria-busy]") : []) item.removeAttribute("aria-busy");
    if (refused) fail(error.message);
    else failed();
    reached(refused);
  });
}

async function send(form, fields) {
  const response = await post(form, fields);
  reached(true);
  if (response.ok && isData(response)) {
    // For stay.js: the server has heard of this person, the sign-in does not rest.
    document.dispatchEvent(new Event("heard"));
    return response.json();
  }
  const { code, told } = isData(response) ? await response.json() : {};
  if (told && code !== "finished") throw new Refused(told);
  // Finished by a colleague, signed out, no longer at this door: the page itself says what to do.
  // Else the answer is a page.
  if (told || response.status === 404) location.reload();
  else sendPlainly(form, fields);
  // Another page is on its way: this never ends, so nothing further is sent from here.
  return new Promise(() => {});
}

// form.submit() sends no button, so what the button said goes along as hidden fields.
function sendPlainly(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    form.append(make("input", { type: "hidden", name, value }));
  }
  form.submit();
}
