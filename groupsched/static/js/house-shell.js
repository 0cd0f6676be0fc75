// A roll-call without a line: the shell, filled with those who are in the house by now as it was known when there was
// one. The module of the server's page goes on with it.
import { clockWritten } from "./clock.js";
import { newest } from "./house-drill.js";
import { keepSheets } from "./keeping.js";
import { lookAsBefore, readdress, whoReads } from "./shell.js";
import { keptDrill, keptHouses } from "./vault.js";

const [, uid] = /^\/house\/([^/]+)$/.exec(location.pathname) ?? [];
const form = document.getElementById("house");
const copy = (id) => document.getElementById(id).content.cloneNode(true);

function tile({ key, label, room, sure }) {
  const { unsure } = form.dataset;
  const item = copy("house-tile").firstElementChild;
  const box = item.firstElementChild;
  Object.assign(box.dataset, { key, room, line: sure ? room : unsure, ...(sure ? {} : { sure: "no" }) });
  box.classList.toggle("is-long", label.length > 10);
  box.querySelector("strong").textContent = label;
  box.querySelector("strong + span").textContent = box.dataset.line;
  if (sure) box.querySelector("use").setAttribute("href", "#g-here");
  return item;
}

function section(name, people) {
  const part = copy("house-room");
  part.querySelector("h2 > span").textContent = name;
  part.querySelector("small").textContent = people.length;
  part.querySelector("ul").append(...people.map(tile));
  return part;
}

// Who is on two sheets is looked for once, where they are surely.
function nowIn({ people }, now) {
  const found = new Map();
  for (const one of people) {
    const there = Date.parse(one.since) < now && now < Date.parse(one.until);
    if (there && (one.sure || !found.has(one.key))) found.set(one.key, one);
  }
  return [...found.values()];
}

function byRoom(people) {
  const rooms = new Map();
  for (const one of people) rooms.set(one.room, [...rooms.get(one.room) ?? [], one]);
  return rooms;
}

function fill(house, { at, apart, locale }, who, drill) {
  readdress("/house/-", `/house/${house.uid}`);
  Object.assign(form.dataset, { site: house.uid, who, apart, kept: JSON.stringify(drill) });
  for (const element of document.querySelectorAll("#keeping, #cover")) element.dataset.who = who;
  document.querySelector(".sheet-title small").textContent = house.name;
  const asOf = document.getElementById("as-of");
  asOf.textContent = asOf.dataset.words.replace("…", clockWritten(locale, at, house.zone));
  const people = nowIn(house, Date.now() + apart);
  const { besides } = document.getElementById("house-tile").dataset;
  const there = new Set(people.map(({ key }) => key));
  const besidesThem = Object.entries(drill.called).filter(([key]) => !there.has(key));
  const called = besidesThem.map(([key, label]) => ({ key, label, room: besides, sure: true }));
  const rooms = byRoom([...people, ...called]);
  form.querySelector("#called").before(...[...rooms].map(([name, some]) => section(name, some)));
  document.getElementById("house-nobody").hidden = rooms.size > 0;
}

function none() {
  document.getElementById("house-none").hidden = false;
  for (const rest of document.querySelectorAll(".counts, .sheet-foot, #house-saved")) rest.remove();
}

async function begin() {
  const who = await whoReads();
  if (who === null) return null;
  const kept = who ? await keptHouses(who) : null;
  const house = kept?.houses.find((one) => one.uid === uid) ?? (uid ? null : kept?.houses[0]);
  if (!house) return none();
  fill(house, kept, who, newest(house, kept.at, await keptDrill(who, house.uid)));
  return import("./house.js");
}

lookAsBefore();
keepSheets();
begin().catch(none);
