// The sources panel in the story form. Without this file the page of its own (linked below the list) does the same.
(() => {
  const panel = document.querySelector("[data-sources]");
  if (!panel || panel.dataset.ready) return;
  panel.dataset.ready = "1";
  const url = panel.dataset.sources;

  const show = async (answer) => {
    if (!answer.ok || answer.redirected) { location.href = url.replace("?pane=1", ""); return; }
    panel.innerHTML = await answer.text();
    panel.querySelectorAll("button").forEach((button) => { button.type = "button"; });
  };

  panel.addEventListener("click", async (event) => {
    const button = event.target.closest("button[name]");
    if (!button) return;
    const body = new FormData();
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token) body.append("csrfmiddlewaretoken", token.value);
    body.append(button.name, button.value);
    button.closest(".src-row")?.querySelectorAll("input, select").forEach((field) => body.append(field.name, field.value));
    const at = [...panel.querySelectorAll("button")].indexOf(button);
    await show(await fetch(url, { method: "POST", body }));
    panel.querySelectorAll("button")[at]?.focus();
  });

  // After a draft was kept, the text is read again; decisions stay with their statements.
  document.addEventListener("w-autosave:success", async () => {
    if (!panel.contains(document.activeElement)) await show(await fetch(url));
  });
})();
