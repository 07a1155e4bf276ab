/* What a reader may do with a story beyond reading it. Everything stays in this browser; without this file every page
   works. Storage may be forbidden or full: then nothing is remembered and nothing breaks. */
"use strict";
(() => {
  const store = {
    get(key, empty) { try { return JSON.parse(localStorage.getItem(key)) || empty; } catch { return empty; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* not kept */ } },
  };
  const here = location.pathname;
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const one = (what) => document.querySelector(what);
  const lang = document.documentElement.lang;
  const forget = (path) => {
    store.set("kept", store.get("kept", []).filter((row) => row.p !== path));
    const seen = store.get("seen", {});
    delete seen[path];
    store.set("seen", seen);
  };

  /* A story that was taken back leaves this browser too: what the worker finds gone, the lists forget. */
  /* First the page, then the worker that keeps it. */
  const idle = window.requestIdleCallback || setTimeout;
  if ("serviceWorker" in navigator && one(".tools, .kept")) {
    addEventListener("load", () => idle(() => navigator.serviceWorker.register("/sw.js").catch(() => {})));
    navigator.serviceWorker.ready.then((worker) => {
      const parts = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
      worker.active.postMessage({ opened: [here, ...parts] });
    });
    navigator.serviceWorker.addEventListener("message", (told) => {
      (told.data.gone || []).forEach(forget);
      if (told.data.gone) document.dispatchEvent(new Event("forgotten"));
    });
  }
  if (one("[data-taken-back]")) forget(here);

  const story = one("[data-story]");
  const tools = one(".tools");
  if (story && tools) {
    const seen = store.get("seen", {});
    const before = seen[here];
    const parts = all(".text > :not(.notes)", story);
    /* FNV-1a: a few letters that tell one paragraph from another. */
    const mark = (text) => {
      let h = 2166136261;
      for (const c of text.trim()) h = Math.imul(h ^ c.codePointAt(0), 16777619);
      return (h >>> 0).toString(36);
    };
    const now = parts.map((part) => mark(part.textContent));
    const notes = all("#changes li, .notes .note").length;
    const box = one("#since");

    if (before && box) {
      const fresh = parts.filter((part, i) => !before.h.includes(now[i]));
      const gone = before.h.filter((h) => !now.includes(h)).length;
      const said = [["new", fresh.length], ["gone", gone], ["notes", notes - before.n]].filter((row) => row[1] > 0);
      if (said.length) {
        const when = new Date(before.t).toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" });
        box.querySelector("p").textContent = box.dataset.when.replace("#", when);
        said.forEach(([name, n]) => {
          const row = document.createElement("li");
          row.textContent = box.dataset[name].replace("#", n);
          box.querySelector("ul").append(row);
        });
        fresh.forEach((part) => {
          const word = document.createElement("span");
          word.className = "new-word";
          word.textContent = `${box.dataset.mark} `;
          part.classList.add("new");
          part.prepend(word);
        });
        box.hidden = false;
      }
    }

    /* Where the reader stopped, as the number of the paragraph at the upper edge of the window. */
    const place = () => parts.findIndex((part) => part.getBoundingClientRect().bottom > 0);
    const remember = () => {
      const rows = store.get("seen", {});
      rows[here] = { t: Date.now(), h: now, n: notes, i: place() };
      const newest = Object.entries(rows).sort((a, b) => b[1].t - a[1].t).slice(0, 80);
      store.set("seen", Object.fromEntries(newest));
    };
    addEventListener("pagehide", remember);
    document.addEventListener("visibilitychange", () => document.hidden && remember());

    const status = tools.querySelector("[role=status]");
    const doing = {
      share: navigator.share && (() => navigator.share({ title: document.title, url: location.href }).catch(() => {})),
      copy: navigator.clipboard && ((button) => navigator.clipboard.writeText(one("link[rel=canonical]").href).then(() => {
        status.textContent = button.dataset.done;
        button.textContent = button.dataset.done;
      }, () => {})),
      save: (button) => {
        const rows = store.get("kept", []);
        const kept = rows.some((row) => row.p === here);
        if (kept) forgetKept(); else store.set("kept", [{ p: here, h: one("h1").textContent }, ...rows].slice(0, 100));
        shown(button, !kept);
        status.textContent = button.textContent;
      },
      listen: window.speechSynthesis && ((button) => {
        const talking = speechSynthesis.speaking;
        speechSynthesis.cancel();
        shown(button, !talking);
        if (talking) return;
        [one("h1"), ...parts].forEach((part, i) => {
          const words = new SpeechSynthesisUtterance(part.textContent);
          words.lang = (part.closest("[lang]") || document.documentElement).lang;
          if (i === parts.length) words.onend = () => shown(button, false);
          speechSynthesis.speak(words);
        });
      }),
      on: before && before.i > 2 && parts[before.i] && ((link, event) => {
        event.preventDefault();
        parts[before.i].tabIndex = -1;
        parts[before.i].focus();
        link.hidden = true;
      }),
    };
    const forgetKept = () => store.set("kept", store.get("kept", []).filter((row) => row.p !== here));
    const shown = (button, done) => {
      button.dataset.name = button.dataset.name || button.textContent;
      button.textContent = done ? button.dataset.done : button.dataset.name;
    };
    all("[data-do]", tools).forEach((button) => {
      const act = doing[button.dataset.do];
      if (!act) return;
      button.hidden = false;
      button.addEventListener("click", (event) => act(button, event));
      if (button.dataset.do === "save") shown(button, store.get("kept", []).some((row) => row.p === here));
    });
    addEventListener("pagehide", () => window.speechSynthesis && speechSynthesis.cancel());
  }

  /* The list of kept stories: each is asked for before its name is shown, and forgotten when it was taken back. */
  const list = one(".kept");
  if (list) {
    const draw = async () => {
      const rows = store.get("kept", []);
      const told = await Promise.all(rows.map((row) => fetch(row.p, { method: "HEAD" }).then((r) => r.status, () => 0)));
      const left = rows.filter((row, i) => told[i] !== 404 && told[i] !== 410);
      rows.filter((row) => !left.includes(row)).forEach((row) => forget(row.p));
      list.replaceChildren(...left.map((row) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        const button = document.createElement("button");
        link.href = row.p;
        link.textContent = row.h;
        button.type = "button";
        button.textContent = list.dataset.kept;
        button.addEventListener("click", () => { forget(row.p); draw(); });
        item.append(link, " ", button);
        return item;
      }));
      one("#none").hidden = left.length > 0;
    };
    document.addEventListener("forgotten", draw);
    one("#offline").hidden = navigator.onLine;
    draw();
  }
})();
