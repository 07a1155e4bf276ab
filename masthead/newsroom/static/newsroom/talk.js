// The queue works without this file; with it decisions need no page, keys work, and a decision can be taken back for ten seconds.
(() => {
  const said = document.querySelector("[data-said]");
  const cards = () => [...document.querySelectorAll("[data-card]:not([data-done])")];
  if (!said) return;
  document.querySelector("[data-keys]")?.removeAttribute("hidden");
  let last = null;
  let hard = 0;
  let ended = 0;
  const at = () => cards().find((card) => card.contains(document.activeElement)) || null;
  const go = (step) => {
    const all = cards();
    const here = at();
    const next = here ? all[all.indexOf(here) + step] : all[0];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  const tell = (sentence, undo, card) => {
    said.replaceChildren(sentence);
    if (!undo) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small button-secondary", textContent: "Undo (u)" });
    last = { undo, card, button };
    button.addEventListener("click", back);
    said.append(button);
    setTimeout(() => { if (last?.button === button) { last = null; button.remove(); } }, 10000);
  };

  const send = async (address, body) => {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "XMLHttpRequest" } }).catch(() => null);
    if (!answer) return { failed: "The server could not be reached. Nothing was decided; try again." };
    const json = answer.headers.get("content-type")?.includes("json") ? await answer.json() : { said: await answer.text() };
    return answer.ok ? json : { failed: json.said };
  };

  const back = async () => {
    if (!last) return;
    const { undo, card } = last;
    last = null;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await send(undo, body);
    said.replaceChildren(answer.failed || answer.said);
    clearTimeout(ended);
    if (!answer.failed) { card.removeAttribute("data-done"); card.inert = false; card.focus(); }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-act]");
    if (!form) return;
    event.preventDefault();
    const card = form.closest("[data-card]");
    const verdict = event.submitter?.value;
    if (verdict === "reject" && !form.elements.rule.value) { form.elements.rule.focus(); said.textContent = "Choose the guideline that it breaks: its author is told."; return; }
    const body = new FormData(form);
    body.set("verdict", verdict);
    const answer = await send(form.action, body);
    if (answer.failed) { said.textContent = answer.failed; return; }
    const stays = ["pick", "unpick", "unlink"].includes(verdict);
    tell(answer.said, answer.undo, card);
    if (stays) return;
    hard = card.querySelector("[data-blur]") ? hard + 1 : 0;
    if (hard >= 20) document.querySelector("[data-break]")?.removeAttribute("hidden");
    const all = cards();
    const next = all[all.indexOf(card) + 1] || all[all.indexOf(card) - 1];
    card.setAttribute("data-done", "");
    card.inert = true;
    if (next) next.focus(); else ended = setTimeout(() => location.reload(), 10500);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "n") go(1);
    else if (event.key === "b") go(-1);
    else if (event.key === "u") back();
    else if ("arp".includes(event.key)) (at() || cards()[0])?.querySelector(`[data-key="${event.key}"]`)?.click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    document.querySelectorAll(".tk-blur.seen").forEach((part) => part.classList.remove("seen"));
    if (event.target.matches?.("[data-blur]")) event.target.classList.add("seen");
  });
  document.querySelectorAll("[data-blur]").forEach((part) => { part.tabIndex = 0; });
})();
