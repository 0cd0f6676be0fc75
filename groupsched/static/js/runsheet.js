// Drags a phase of a run sheet to another place. An addition: Up, Down and the number do the same without it.

const list = document.querySelector("[data-phases='1']");

/** Send the form of the page that moves a phase, as its buttons do. */
function send(key, place) {
  const form = list.querySelector(".mins form").cloneNode(true);
  form.elements.act.value = "move-to";
  form.elements.phase.value = key;
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "place", value: place });
  form.append(input);
  document.body.append(form);
  form.submit();
}

/** Mark the row above which a phase would come to stand. */
function mark(row) {
  for (const other of list.children) other.classList.toggle("over-this", other === row);
}

function begin(grip) {
  const row = grip.closest("li");
  let over = row;
  grip.hidden = false;
  grip.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    over = row;
  });
  grip.addEventListener("pointermove", (event) => {
    if (!row.classList.contains("dragged")) return;
    const found = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-phase]");
    if (found && found.parentElement === list) over = found;
    mark(over === row ? null : over);
  });
  const end = (event) => {
    if (!row.classList.contains("dragged")) return;
    row.classList.remove("dragged");
    mark(null);
    const place = [...list.children].indexOf(over) + 1;
    if (event.type === "pointerup" && over !== row) send(row.dataset.phase, place);
  };
  grip.addEventListener("pointerup", end);
  grip.addEventListener("pointercancel", end);
}

if (list) for (const grip of list.querySelectorAll(".grip")) begin(grip);
