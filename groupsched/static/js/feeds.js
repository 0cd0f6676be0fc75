// The calendar page: its links are copied.
import "./copy.js";
