// Two editors of one thing: what is chosen of a field shows in it at once. Without a script it does when it is saved.
for (const box of document.querySelectorAll("#differing fieldset")) {
  const name = box.querySelector("input[name=differs]").value;
  box.addEventListener("change", (event) => {
    const values = JSON.parse(box.dataset.sent)[event.target.value];
    const fields = [...box.closest("form").querySelectorAll(`[name="${CSS.escape(name)}"]:not([type=hidden])`)];
    for (const field of fields) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.type === "select-multiple") {
        for (const option of field.options) option.selected = values.includes(option.value);
      } else field.value = values[0] ?? "";
    }
    fields[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
