// A sheet that the server drew: it comes alive, and is kept for the time without a line.
import { keepSheets } from "./keeping.js";
import { comeAlive } from "./sheet-parts.js";

keepSheets();
comeAlive();
