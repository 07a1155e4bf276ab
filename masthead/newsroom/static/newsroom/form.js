// Help while writing: length guides, names we know, words counted, pictures' own texts, who else is here. The form works without it.
(() => {
  const form = document.querySelector("form[data-edit-form]");
  if (!form) return;
  const make = (tag, values = {}, ...inside) => { const made = Object.assign(document.createElement(tag), values); made.append(...inside); return made; };
  const ask = async (url) => { try { const a = await fetch(url, { headers: { Accept: "application/json" } }); return a.ok && !a.redirected ? await a.json() : null; } catch { return null; } };
  let ids = 0;

  // --- length guides -------------------------------------------------------------------------------------
  const guide = (field) => {
    const note = make("span", { className: "sf-guide", id: `sf-guide-${++ids}` });
    field.after(note);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${note.id}`.trim());
    const limit = Number(field.dataset.guide);
    const count = () => {
      const length = [...field.value.trim()].length;
      note.textContent = length ? `${length} of about ${limit} characters${length > limit ? ": long" : ""}` : `about ${limit} characters`;
      note.classList.toggle("sf-long", length > limit);
    };
    field.addEventListener("input", count);
    count();
  };

  // --- suggestions ---------------------------------------------------------------------------------------
  const suggest = (field, url) => {
    const list = make("datalist", { id: `sf-list-${++ids}` });
    field.after(list);
    field.setAttribute("list", list.id);
    let last = null, timer = null;
    const look = async () => {
      const words = field.value.trim();
      if (words === last) return;
      last = words;
      const found = await ask(`${url}?q=${encodeURIComponent(words)}`);
      if (found && words === field.value.trim()) list.replaceChildren(...found.names.map((name) => make("option", { value: name })));
    };
    field.addEventListener("focus", look);
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 150); });
  };

  // --- names, one after the other --------------------------------------------------------------------------
  const names = (area) => {
    const label = area.id && document.querySelector(`label[for="${area.id}"]`)?.textContent.trim().replace(/\s*\*$/, "");
    const list = make("ul", { className: "sf-names" }), entry = make("input", { type: "text", id: `${area.id}-entry`, autocomplete: "off" });
    const add = make("button", { type: "button", className: "button button-small button-secondary", textContent: "Add" });
    const box = make("div", { className: "sf-name-box" }, list, entry, add);
    area.hidden = true;
    area.after(box);
    document.querySelector(`label[for="${area.id}"]`)?.setAttribute("for", entry.id);
    entry.setAttribute("aria-describedby", area.getAttribute("aria-describedby") || "");
    const now = () => area.value.split("\n").map((s) => s.trim()).filter(Boolean);
    const set = (all) => { area.value = [...new Set(all)].join("\n"); area.dispatchEvent(new Event("change", { bubbles: true })); show(); };
    const show = () => list.replaceChildren(...now().map((name) => {
      const off = make("button", { type: "button", textContent: "×" });
      off.setAttribute("aria-label", `Take ${name} away from ${label || "the list"}`);
      off.addEventListener("click", () => { set(now().filter((n) => n !== name)); entry.focus(); });
      return make("li", {}, name, off);
    }));
    const take = () => { const name = entry.value.trim().replace(/,$/, ""); if (name) { entry.value = ""; set([...now(), name]); } };
    entry.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === ",") { event.preventDefault(); take(); }
      if (event.key === "Backspace" && !entry.value) set(now().slice(0, -1));
    });
    entry.addEventListener("input", (event) => { event.stopPropagation(); if (event.inputType === "insertReplacementText" || event.inputType === undefined) take(); });
    for (const kind of ["change", "keyup"]) entry.addEventListener(kind, (event) => event.stopPropagation());
    entry.addEventListener("blur", take);
    add.addEventListener("click", () => { take(); entry.focus(); });
    suggest(entry, area.dataset.names);
    show();
  };

  // --- a picture's own texts, and its rights -----------------------------------------------------------------
  const facts = async (row) => {
    const chooser = row.querySelector('input[name$="-picture"]');
    if (!chooser || chooser.value === row.dataset.shown) return;
    row.dataset.shown = chooser.value;
    let note = row.querySelector(".sf-rights");
    if (!note) row.querySelector("[data-contentpath], .w-field, .w-panel__wrapper")?.parentElement.append(note = make("p", { className: "sf-rights" }));
    const said = chooser.value ? await ask(`${document.baseURI.replace(/\/stories\/.*/, "")}/picture-facts/${chooser.value}/`) : null;
    for (const field of row.querySelectorAll("[data-falls-back]")) field.placeholder = said?.[field.dataset.fallsBack] || "";
    if (note) note.textContent = said ? [said.credit && `Credit: ${said.credit}`, said.copyright, said.terms && `Terms: ${said.terms}`, said.killed && "Withdrawn by its agency: it will not be shown."].filter(Boolean).join(" · ") || "No rights are noted with this picture." : "";
  };

  // --- words and the look when shared -------------------------------------------------------------------------
  const figures = form.querySelector("[data-figures]");
  const count = () => {
    if (figures) {
      const body = [...form.querySelectorAll('.public-DraftEditor-content, [name^="body-"]:is(textarea, input[type=text]):not([data-draftail-input])')];
      const text = body.map((e) => e.value ?? e.innerText).join(" ");
      const words = (text.match(/\S+/g) || []).length;
      figures.querySelector("[data-words]").textContent = words;
      figures.querySelector("[data-minutes]").textContent = Math.max(1, Math.round(words / Number(figures.dataset.aMinute)));
    }
    for (const part of document.querySelectorAll("[data-shows]")) {
      const from = part.dataset.shows.split(" ").map((name) => form.elements[name]?.value?.trim()).find(Boolean);
      part.textContent = from || "…";
    }
    form.querySelectorAll("[data-inline-panel-child]").forEach(facts);
  };

  const dress = (root) => {
    root.querySelectorAll("[data-guide]:not([data-dressed])").forEach((f) => { f.dataset.dressed = "1"; guide(f); });
    root.querySelectorAll("[data-suggest]:not([data-dressed])").forEach((f) => { f.dataset.dressed = "1"; suggest(f, f.dataset.suggest); });
    root.querySelectorAll("[data-names]:not([data-dressed])").forEach((f) => { f.dataset.dressed = "1"; names(f); });
  };
  dress(form);
  form.addEventListener("w-formset:added", () => dress(form));
  let waiting = null;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(count, 300); };
  for (const kind of ["input", "change", "keyup"]) form.addEventListener(kind, soon);
  addEventListener("load", () => setTimeout(count, 500));

  // --- who else is here --------------------------------------------------------------------------------------
  const here = document.querySelector("[data-presence]");
  if (here) setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(here.dataset.presence);
      if (answer.ok && !answer.redirected) { const text = (await answer.text()).trim(); if (text !== here.innerHTML.trim()) here.innerHTML = text; }
    } catch { /* the next look will tell */ }
  }, 10000);
})();
