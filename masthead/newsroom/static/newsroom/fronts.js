// The form works without this file; with it rows are dragged, and Alt with the arrow keys moves the one in focus.
(() => {
  const form = document.getElementById("front-form");
  const list = form?.querySelector("ol.ar-slots");
  if (!form) return;
  const rows = () => [...(list?.children ?? [])];
  const press = (button) => form.requestSubmit(button);
  let held = null;

  const at = (y) => {
    const before = rows().filter((row) => row !== held && y > row.getBoundingClientRect().top + row.offsetHeight / 2);
    return before.length;
  };
  const mark = (n) => rows().forEach((row, m) => row.classList.toggle("ar-here", m === n));

  const draggable = (row) => {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      if (event.target.closest?.("input, select")) return;
      held = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.id || row.dataset.story);
      row.classList.add("ar-held");
    });
    row.addEventListener("dragend", () => { row.classList.remove("ar-held"); mark(-1); held = null; });
  };
  rows().forEach(draggable);
  form.querySelectorAll("[data-story]").forEach(draggable);

  const target = list ?? document.getElementById("slots");
  target?.addEventListener("dragover", (event) => { if (held) { event.preventDefault(); mark(at(event.clientY)); } });
  target?.addEventListener("drop", (event) => {
    if (!held) return;
    event.preventDefault();
    const to = list ? at(event.clientY) : 0;
    if (held.dataset.story) {
      const where = form.elements.where;
      where.add(new Option("here", `at-${to}`, true, true));
      press(held.querySelector("button"));
      return;
    }
    // Half a number stands between two whole ones: the server sorts by what is written beside the rows.
    const others = rows().filter((row) => row !== held);
    others.forEach((row, n) => { row.querySelector(".ar-number").value = n + 1; });
    held.querySelector(".ar-number").value = to + 0.5;
    press(form.querySelector("[data-save]"));
  });

  form.addEventListener("keydown", (event) => {
    const row = event.target.closest(".ar-slot");
    if (row && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const button = row.querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]");
      if (!button.disabled) press(button);
    } else if (event.key === "Enter" && event.target.id === "q") {
      event.preventDefault();
      press(form.querySelector("[data-search]"));
    }
  });

  // After a move the row that was moved has the focus again, so that it can be moved on.
  const here = location.hash && document.querySelector(`li${location.hash}`);
  if (here) here.focus();
})();
