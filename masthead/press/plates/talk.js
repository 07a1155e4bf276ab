/* The conversation, a little livelier. Without this file everything works by plain forms and links. */
"use strict";
(() => {
  const one = (what, from = document) => from.querySelector(what);
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const keep = (key, value) => { try { if (value) sessionStorage.setItem(key, value); else sessionStorage.removeItem(key); } catch { /* not kept */ } };
  const kept = (key) => { try { return sessionStorage.getItem(key) || ""; } catch { return ""; } };
  const talk = one(".talk");

  /* What is being written outlives a closed page. */
  const guard = (form) => {
    const text = one("textarea", form);
    const key = `talk ${form.getAttribute("action")} ${form.elements.answers?.value || ""}`;
    if (!text.value) text.value = kept(key);
    text.addEventListener("input", () => keep(key, text.value));
    form.addEventListener("submit", () => keep(key, ""));
  };
  const form = one(".talk-form");
  if (form) guard(form);

  /* The form comes to the comment that is answered. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-answer]");
    if (!link || !form || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const said = link.closest(".said");
    let mine = one(".talk-form", said);
    if (!mine) {
      mine = form.cloneNode(true);
      all("[id]", mine).forEach((part) => { part.id += `_${link.dataset.answer}`; });
      all("label", mine).forEach((part) => { part.htmlFor += `_${link.dataset.answer}`; });
      mine.setAttribute("aria-labelledby", `h_say_${link.dataset.answer}`);
      one("h3", mine).textContent = link.textContent;
      const answers = document.createElement("input");
      Object.assign(answers, { type: "hidden", name: "answers", value: link.dataset.answer });
      mine.append(answers);
      one("textarea", mine).value = "";
      said.append(mine);
      guard(mine);
    }
    const text = one("textarea", mine);
    /* What is marked in the comment is quoted. */
    const marked = getSelection();
    if (!text.value && `${marked}` && one(".words", said)?.contains(marked.anchorNode)) text.value = `${`${marked}`.trim().replace(/^/gm, "> ")}\n\n`;
    text.focus();
  });

  /* Whom this browser mutes is told to it alone; the page is the same for all. */
  let muted = [];
  const hide = () => all(".said[data-by]").forEach((said) => {
    if (!muted.includes(said.dataset.by) || said.dataset.hidden) return;
    said.dataset.hidden = "1";
    const box = document.createElement("details");
    const name = document.createElement("summary");
    name.textContent = talk?.dataset.mute || "–";
    box.append(name, ...said.childNodes);
    said.append(box);
  });
  if (document.cookie.includes("masthead_mutes=1")) {
    fetch("/comments/mutes.json").then((r) => r.json()).then((names) => { muted = names; hide(); }, () => {});
  }

  if (!talk || !talk.dataset.live) return;
  const news = one("[data-talk=news]", talk);
  let timer = 0;
  let fresh = null;
  const known = () => new Set(all(".said", talk).map((said) => said.dataset.said));
  const busy = (part) => part.contains(document.activeElement) || all("textarea", part).some((text) => text.value);

  const show = () => {
    const list = one("[data-talk=list]", talk);
    let first = null;
    all(".conv", fresh).reverse().forEach((theirs) => {
      const mine = one(`.conv[data-root="${theirs.dataset.root}"]`, list);
      if (mine && busy(mine)) return;
      const had = mine && new Set(all(".said", mine).map((said) => said.dataset.said));
      const new_ = all(".said", theirs).find((said) => !had?.has(said.dataset.said));
      if (mine) mine.replaceWith(theirs); else list.prepend(theirs);
      if (new_) first = new_;
    });
    news.replaceChildren();
    hide();
    first?.focus();
  };

  const look = async () => {
    const answer = await fetch(talk.dataset.newest, { cache: "no-cache", credentials: "omit" }).catch(() => null);
    if (!answer) return;
    if (!answer.ok) { if (answer.status === 404 || answer.status === 410) location.reload(); return; }
    fresh = one(".talk", new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (!fresh) return;
    const ours = known();
    const theirs = new Map(all(".said", fresh).map((said) => [said.dataset.said, said]));
    /* What was removed or changed is so at once; what is new waits until it is asked for. */
    all(".said", talk).forEach((said) => {
      const their = theirs.get(said.dataset.said);
      const root = said.closest(".conv")?.dataset.root;
      if (!their && one(`.conv[data-root="${root}"]`, fresh)) said.remove();
      else if (their && !busy(said) && !said.dataset.hidden && one(".words", said)?.innerHTML !== one(".words", their)?.innerHTML) said.replaceWith(their.cloneNode(true));
    });
    for (const part of ["count", "state"]) one(`[data-talk=${part}]`, talk).replaceWith(one(`[data-talk=${part}]`, fresh).cloneNode(true));
    const count = [...theirs.keys()].filter((number) => !ours.has(number)).length;
    news.replaceChildren();
    if (!count) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = talk.dataset.new.replace("#", count);
    button.addEventListener("click", show);
    news.append(button);
  };

  const later = () => { clearTimeout(timer); timer = setTimeout(look, 400 + Math.random() * 1200); };
  let stream = null;
  const listen = () => {
    if (document.hidden) { stream?.close(); stream = null; return; }
    if (stream || !window.EventSource) return;
    stream = new EventSource(talk.dataset.live);
    stream.onmessage = later;
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !stream) later(); listen(); });
  /* Only who reads that far listens. */
  new IntersectionObserver((seen, watch) => { if (seen.some((one_) => one_.isIntersecting)) { watch.disconnect(); listen(); } }, { rootMargin: "600px" }).observe(talk);
})();
