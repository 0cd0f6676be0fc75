// The tablet goes round among clients: whatever else is opened in this browser comes covered, until somebody of the
// staff lifts it. This page itself never shows more than one name.
import { keepCovered } from "./cover-kept.js";

const { key } = document.getElementById("main").dataset;

keepCovered({ by: "hand", since: Date.now(), key });
