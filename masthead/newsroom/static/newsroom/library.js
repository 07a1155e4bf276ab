// Adding pictures works without this file; with it they are sent one by one, dropped or chosen, and each is reported at once.
(() => {
  const form = document.querySelector("[data-drop]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const state = document.querySelector("[data-drop-state]"), results = document.querySelector("[data-drop-results]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const link = (text, href) => Object.assign(document.createElement("a"), { textContent: text, href });

  const report = (one) => {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("strong"), { textContent: one.name }), ` ${one.words} `);
    if (one.edit) item.append(link("Open it", one.edit));
    one.near.forEach((other) => item.append(" ", link(other.title, other.edit)));
    results.append(item);
  };

  const sendOne = async (file) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("files", file);
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      (await answer.json()).results.forEach(report);
    } catch {
      report({ name: file.name, words: "It did not arrive. Nothing was kept of it; send it again.", edit: "", near: [] });
    }
  };

  const send = async (files) => {
    const waiting = [...files];
    let done = 0;
    form.querySelector("button").disabled = true;
    const work = async () => {
      for (let file; (file = waiting.shift()); ) {
        await sendOne(file);
        state.textContent = `${++done} of ${files.length} pictures sent.`;
      }
    };
    await Promise.all([work(), work()]);
    form.querySelector("button").disabled = false;
    form.reset();
    state.textContent = `Finished: ${done} of ${files.length} pictures sent.`;
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); send([...input.files]); });
  document.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  document.addEventListener("dragleave", () => form.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) send([...event.dataTransfer.files]);
  });
})();
