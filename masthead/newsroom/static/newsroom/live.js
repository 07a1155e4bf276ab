// Keeps what is typed into a live post: on the server a second after the last key, in this browser at once.
document.querySelectorAll("[data-live-field]").forEach((form) => {
  const text = form.elements.text, saved = form.querySelector("[data-saved]"), key = form.dataset.key;
  let timer = 0, sent = text.value;

  const keep = async () => {
    if (text.value === sent) return;
    const typed = text.value, data = new FormData(form);
    data.set("do", "keep");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      sent = typed;
      saved.textContent = `Draft kept ${(await answer.json()).kept}`;
      if (text.value === typed) localStorage.removeItem(key);
    } catch {
      localStorage.setItem(key, text.value);
      saved.textContent = "Not kept on the server yet; it is kept in this browser, and we try again.";
      timer = setTimeout(keep, 4000);
    }
  };

  const typedHere = localStorage.getItem(key);
  if (typedHere && !text.value.includes(typedHere)) {
    // What this browser holds went on from the kept draft; if it did not, both are shown and nothing is lost.
    text.value = typedHere.includes(text.value) ? typedHere : `${text.value}\n\n${typedHere}`;
    saved.textContent = "What you typed before the connection went is here again.";
  }
  form.addEventListener("input", () => {
    localStorage.setItem(key, text.value);
    clearTimeout(timer);
    timer = setTimeout(keep, 1000);
  });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      localStorage.setItem(key, text.value);
      saved.textContent = "There is no connection. Nothing was posted; your words are kept in this browser.";
      return;
    }
    clearTimeout(timer);
    localStorage.removeItem(key);
  });
  if (text.value !== sent) timer = setTimeout(keep, 1000);
});
