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
    const proposed = make("div", { className: "sf-proposals" });
    const propose = () => {
      const left = (area.dataset.proposed || "").split("\n").filter((name) => name && !now().some((n) => n.toLowerCase() === name.toLowerCase()));
      proposed.hidden = !left.length;
      proposed.replaceChildren("Named in the text:", ...left.map((name) => {
        const take = make("button", { type: "button", className: "button button-small button-secondary", textContent: `+ ${name}` });
        take.setAttribute("aria-label", `Add ${name} to ${label || "the list"}`);
        take.addEventListener("click", () => { set([...now(), name]); entry.focus(); });
        return take;
      }));
    };
    const show = () => { propose(); showNames(); };
    const showNames = () => list.replaceChildren(...now().map((name) => {
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
    if (area.dataset.proposed) {
      box.append(proposed);
      box.closest("[data-contentpath], .w-field, .w-panel__wrapper")?.querySelector(".sf-proposed")?.remove();
    }
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
    if (note) crop(row, said);
  };

  // --- what must stay in a crop ---------------------------------------------------------------------------------
  const CARD = 1.5;
  const placed = (x, y, ratio) => {
    const across = ratio > CARD, seen = across ? CARD / ratio : ratio / CARD;
    return seen > 0.99 ? 50 : Math.round(Math.min(1, Math.max(0, ((across ? x : y) / 100 - seen / 2) / (1 - seen))) * 4) * 25;
  };
  const crop = (row, said) => {
    row.querySelector(".sf-crop")?.remove();
    if (!said?.thumb) return;
    const whole = make("img", { src: said.thumb, alt: "", className: "sf-whole" }), dot = make("span", { className: "sf-dot" });
    const card = make("img", { src: said.thumb, alt: "", className: "sf-card-crop" }), state = make("p", { className: "sf-rights", role: "status" });
    const range = (text, value) => make("input", { type: "range", min: 0, max: 100, step: 5, value, ariaLabel: text });
    const across = range("What must stay in a crop, from the left", said.x), down = range("What must stay in a crop, from the top", said.y);
    const show = () => {
      const w = whole.naturalWidth || 3, h = whole.naturalHeight || 2;
      dot.style.insetInlineStart = `${across.value}%`; dot.style.insetBlockStart = `${down.value}%`;
      const place = placed(across.value, down.value, w / h);
      card.style.objectPosition = `${place}% ${place}%`;
    };
    let timer = null;
    const send = () => {
      show();
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const body = new FormData(form.ownerDocument.createElement("form"));
        body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
        body.append("x", across.value); body.append("y", down.value);
        try { const answer = await fetch(said.focus, { method: "POST", body }); state.textContent = answer.ok && !answer.redirected ? "Kept with the picture, for every story that shows it." : "It could not be kept. Try again."; }
        catch { state.textContent = "The server cannot be reached; it was not kept."; }
      }, 400);
    };
    for (const one of [across, down]) for (const kind of ["input", "change", "keyup"]) one.addEventListener(kind, (event) => { event.stopPropagation(); if (kind === "input") send(); });
    const pick = make("div", { className: "sf-pick" }, whole, dot);
    pick.addEventListener("click", (event) => {
      const box = whole.getBoundingClientRect();
      across.value = Math.round((event.clientX - box.left) / box.width * 20) * 5; down.value = Math.round((event.clientY - box.top) / box.height * 20) * 5;
      send();
    });
    for (const one of [whole, card]) one.addEventListener("load", show);
    const more = make("a", { href: said.edit, target: "_blank", rel: "noopener", textContent: "Rights, terms and where it is used" });
    row.querySelector(".sf-rights").after(make("details", { className: "sf-crop" }, make("summary", { textContent: "Crop on cards and fronts" }),
      make("p", { className: "sf-rights", textContent: "Click on what must stay, or use the sliders. The small one is what a front shows." }),
      make("div", { className: "sf-crops" }, make("div", {}, pick, across, down), card), state, make("p", {}, more)));
    show();
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
