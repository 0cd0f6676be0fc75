// A sheet that the server drew: it comes alive.
import { comeAlive } from "./sheet-parts.js";

comeAlive();
