// How many marks wait on this tablet, whoever made them.
import { kept } from "./sheet-store.js";

export const waiting = async () => (await kept()).length;
