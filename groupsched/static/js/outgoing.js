// A browser that never made a mark has none that waits: it is spared the rest.
function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // what keeps nothing has nothing to send
  }
}

if (remembered("sheet-seq")) import("./outgoing-send.js");
if (remembered("house-waits")) import("./house-outgoing.js");
