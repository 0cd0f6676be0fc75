// The parts that the sheet is drawn from are the same for every sheet: fetched once a release, laid where they belong.
// Then the sheet comes alive; without a script, or without the parts, it is plain forms.
import { isTablet } from "./cover-kept.js";
import { holdTaps, letTapsGo } from "./sheet-early.js";
import { watch } from "./stay.js";

const AGAIN = [500, 2000, 5000];

const pause = (time) => new Promise((done) => { setTimeout(done, time); });

async function fetched(address) {
  for (const wait of [...AGAIN, 0]) {
    const response = await fetch(address).catch(() => null);
    if (response?.ok) return response.text();
    if (wait) await pause(wait);
  }
  throw new Error("no parts");
}

async function lay() {
  const { idle, parts, who } = document.getElementById("sheet-facts").dataset;
  const holder = new DOMParser().parseFromString(await fetched(parts), "text/html");
  const sheet = document.querySelector(".sheet");
  const foot = sheet.querySelector(".sheet-foot");
  foot.prepend(...holder.querySelectorAll(".strip"));
  // One with words in it came with the page.
  const snack = holder.getElementById("snack");
  if (document.getElementById("snack")) snack.remove();
  else foot.querySelector("#everyone").after(snack);
  const rows = holder.getElementById("how-rows");
  [...document.querySelectorAll("[data-sort]")].pop().closest("li").after(rows.content);
  const stay = holder.getElementById("stay");
  stay.remove();
  if (Number(idle) && !isTablet()) {
    Object.assign(stay.dataset, { idle, who });
    document.body.append(stay);
    watch(stay);
  }
  const [shapes, more] = [sheet, holder].map((part) => part.querySelector(".shapes"));
  shapes.replaceWith(more);
  sheet.append(...holder.head.children, ...holder.body.children);
  await import("./sheet.js");
}

export async function comeAlive() {
  holdTaps();
  try {
    await lay();
  } finally {
    letTapsGo();
  }
}
