// The calendar page: a form that is sent twice makes one link.
import "./copy.js";
import { once } from "./once.js";

for (const form of document.querySelectorAll("main form[method=post]")) once(form);
