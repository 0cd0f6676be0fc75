// The display form answers at once; sending it keeps the choice.
const root = document.documentElement;

for (const form of document.querySelectorAll("form[data-look]")) {
  form.addEventListener("change", () => {
    const choice = new FormData(form);
    if (choice.get("theme")) root.dataset.bsTheme = choice.get("theme");
    else delete root.dataset.bsTheme;
    if (choice.get("contrast")) root.dataset.contrast = "more";
    else delete root.dataset.contrast;
  });
}
