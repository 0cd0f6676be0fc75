// A screen that was hidden stays so when its tab is loaded again, on a paired tablet in every tab. Not a module:
// nothing may be drawn before it ran. js/cover.js then lays the cover over the page, and gives its title back.
{
  const root = document.documentElement;
  const told = document.currentScript.dataset;
  const read = (store, name) => {
    try {
      return JSON.parse(window[store].getItem(name));
    } catch {
      return null;
    }
  };
  const store = told.device || (!told.key && read("localStorage", "device")) ? "localStorage" : "sessionStorage";
  const kept = read(store, "covered");
  // Of another sign-in: whoever signed in since has shown who they are. What came by itself, only where it is long ago.
  const stands = kept?.since && (!told.key || kept.key === told.key);
  if (kept && !stands) window[store].removeItem("covered");
  if (stands && (kept.by !== "away" || Date.now() - kept.since > 300_000)) {
    root.classList.add("covered");
    new MutationObserver((_changes, observer) => {
      const title = document.querySelector("head > title");
      if (!title) return;
      observer.disconnect();
      root.dataset.title = title.textContent;
      title.textContent = "";
    }).observe(root, { childList: true, subtree: true });
  }
}
