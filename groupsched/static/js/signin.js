// A button beside each password that shows what was typed: people who see it make fewer mistakes.
for (const input of document.querySelectorAll("input[type=password]")) {
  const { show, hide } = input.form.dataset;
  const button = document.createElement("button");
  button.append(input.form.querySelector("[data-eyes]").content.cloneNode(true));
  const [open, shut] = button.children;
  const draw = () => {
    const shown = input.type === "text";
    open.toggleAttribute("hidden", shown);
    shut.toggleAttribute("hidden", !shown);
    button.setAttribute("aria-label", shown ? hide : show);
    button.setAttribute("aria-pressed", String(shown));
  };
  button.type = "button";
  button.className = "btn btn-plain btn-icon";
  button.addEventListener("click", () => {
    input.type = input.type === "text" ? "password" : "text";
    draw();
  });
  const row = document.createElement("div");
  row.className = "row-c";
  input.before(row);
  row.append(input, button);
  draw();
  // What is shown is hidden again before it leaves, so that no browser keeps it as an ordinary text.
  input.form.addEventListener("submit", () => { input.type = "password"; });
}
