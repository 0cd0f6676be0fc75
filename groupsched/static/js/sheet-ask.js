// A request with a limit of time. A page instead of data (a captive portal, a sign-in) is no answer.
const PATIENCE = 8000;

// What came of a request: {status, data, text}, status 0 where nothing came in time.
export async function ask(address, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(address, { ...options, signal: stop.signal });
    const isData = (response.headers.get("Content-Type") || "").startsWith("application/json");
    const text = await response.text();
    return { status: response.status, data: isData ? JSON.parse(text) : null, text, moved: response.redirected };
  } catch {
    return { status: 0, data: null, text: "", moved: false };
  } finally {
    clearTimeout(timer);
  }
}

// What the line says by an answer to a batch.
export function verdict({ status, data }) {
  if (status === 401) return "signed-out";
  if (!data || status === 0 || status >= 500) return "offline";
  if (status === 200 && Array.isArray(data.results)) return "fine";
  if (status === 404) return "no-sheet";
  if (status === 409) return "reason";
  if (data.code === "csrf") return "secret";
  return "offline";
}
