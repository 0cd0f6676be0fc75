// A browser that never made a mark has none that waits: it is spared the rest.
let marked = null;
try {
  marked = localStorage.getItem("sheet-seq");
} catch {
  // What keeps nothing has nothing to send.
}
if (marked) import("./outgoing-send.js");
