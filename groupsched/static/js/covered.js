// A screen that was hidden stays so when its tab is loaded again. Not a module: nothing may be drawn before it ran.
// js/cover.js then lays the cover over the page, and gives its title back.
{
  const root = document.documentElement;
  if (sessionStorage.getItem("covered")) {
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
