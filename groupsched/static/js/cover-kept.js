// What a browser remembers of its screen, and of itself where it is a paired tablet: what it is called, and who unlocks
// it. A hidden screen of a tablet is hidden in every tab; elsewhere in its own.
const told = document.getElementById("cover")?.dataset ?? {};

function read(store, name) {
  try {
    return JSON.parse(store.getItem(name));
  } catch {
    return null;
  }
}

function write(store, name, value) {
  try {
    if (value === null) store.removeItem(name);
    else store.setItem(name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing covers this page alone.
  }
}

// {name, people: {id: name}} of a tablet; null where it is none. A page without a line knows no better than this.
export const tablet = () => read(localStorage, "device");
export const keepTablet = (value) => write(localStorage, "device", value);

// A page without a line says nothing of itself: there it counts what was known before.
export const isTablet = () => Boolean(told.device || (!told.key && tablet()));
const place = () => (isTablet() ? localStorage : sessionStorage);

// {since, by, key}: since when nobody used it, why it is hidden, and under which sign-in.
export const coveredBy = () => read(place(), "covered");
export const keepCovered = (value) => write(place(), "covered", value);
