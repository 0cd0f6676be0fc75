// What others do: asked for every ten seconds, while the page is seen and nothing of one's own is on its way.
import { line, reached } from "./sheet-line.js";
import { list, marks } from "./sheet-page.js";
import { apply, drawHeld, versionSeen } from "./sheet-rows.js";
import { Unsent, ask, isData } from "./sheet-send.js";

const POLL = 10000;
// Nobody touched anything for this question: it does not keep a sign-in alive.
const UNATTENDED = { Accept: "application/json", "X-Unattended": "1" };

export async function poll() {
  drawHeld();
  if (document.hidden || line.waiting) return;
  try {
    const response = await ask(`${marks.dataset.rows}?since=${versionSeen()}`, { headers: UNATTENDED });
    reached(true);
    if (response.status !== 200 || !isData(response)) return;
    const answer = await response.json();
    if (answer.finished) location.reload();
    else apply(answer, false);
  } catch (error) {
    // The next turn asks again; the chip says that the line is down.
    if (error instanceof Unsent) reached(false);
  }
}

export const startPolling = () => setInterval(poll, POLL);

addEventListener("offline", () => list && reached(false));
addEventListener("online", () => list && poll());
