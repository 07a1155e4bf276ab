// What is typed stays in this browser until the server has acknowledged it. Wagtail saves in the background; this
// file keeps a copy meanwhile, sends it again when the line is back, and after a crash of either side.
(() => {
  const form = document.querySelector("form[data-edit-form]");
  const bar = document.querySelector("[data-keep-bar]");
  if (!form || !bar) return;
  const PREFIX = "masthead-kept:";
  const key = () => PREFIX + new URL(form.action, location.href).pathname;
  const isNew = () => key().endsWith("/add/");
  const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  let typed = 0, sent = 0, failed = false, timer = null, nudge = null;

  const say = (text, ...more) => bar.replaceChildren(...(text ? [Object.assign(document.createElement("p"), { textContent: text })] : []), ...more);
  const link = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text, className: "button button-small" });
  const button = (text, act) => { const b = Object.assign(document.createElement("button"), { type: "button", textContent: text, className: "button button-small button-secondary" }); b.addEventListener("click", act); return b; };

  const read = (at) => { try { return JSON.parse(localStorage.getItem(at)); } catch { return null; } };
  const write = () => {
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    try { localStorage.setItem(key(), JSON.stringify({ at: Date.now(), action: form.action, fields })); }
    catch { say("This browser has no room left to keep a copy of your text. Press Save often."); }
  };
  const save = () => form.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, detail: {} }));
  const forget = (at) => localStorage.removeItem(at);

  const onInput = (event) => {
    if (event.target.form && event.target.form !== form) return;
    typed += 1;
    clearTimeout(timer);
    timer = setTimeout(write, 250);
    // Wagtail takes what is typed in the first ten seconds for the form as it was loaded, and would not send it.
    clearTimeout(nudge);
    if (event.type !== "w-unsaved:add") nudge = setTimeout(() => { if (typed > sent && !failed) save(); }, 1500);
  };
  for (const kind of ["input", "change", "w-formset:added", "w-unsaved:add"]) form.addEventListener(kind, onInput);
  addEventListener("pagehide", () => { if (typed > sent || failed) write(); });

  // Save and Publish wait for the saving in the background that is under way: both would rest on the same version of
  // the story, and the editor would be asked to merge with herself.
  let underway = false, pressed = false, go = null;
  form.addEventListener("submit", (event) => {
    if (!underway) {
      pressed = true;
      setTimeout(() => { if (event.defaultPrevented) pressed = false; });
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const by = event.submitter;
    go ||= () => {
      go = null;
      if (by && !by.disabled) return form.requestSubmit(by);
      if (by?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: by.name, value: by.value }));
      form.requestSubmit();
    };
    setTimeout(settled, 10000);
  }, true);
  const settled = () => { underway = false; go?.(); };

  let beforeSave = key();
  form.addEventListener("w-autosave:save", (event) => {
    if (pressed) { event.preventDefault(); return; }
    underway = true;
    beforeSave = key();
    form.dataset.sentAt = String(typed);
  });
  form.addEventListener("w-autosave:success", (event) => {
    sent = Number(form.dataset.sentAt || 0);
    failed = false;
    const take = event.detail?.response?.field_updates?.take;
    if (take) form.dataset.take = take;
    if (typed <= sent) { clearTimeout(timer); forget(beforeSave); forget(key()); }
    say("");
    settled();
  });
  form.addEventListener("w-autosave:error", (event) => {
    const { type, text, response } = event.detail;
    failed = true;
    setTimeout(settled);
    if (type === "invalid_revision" && response?.merge_url) {
      failed = false;
      forget(key());
      say(text, link(response.merge_url, "Merge the two texts"));
      return;
    }
    write();
    const why = type === "network_error" ? "The server cannot be reached."
      : type === "validation_error" ? "The story could not be saved as it stands; press Save to see where."
      : type === "locked" ? "The story is locked." : "The server could not save.";
    say(`${why} Your text is kept in this browser since ${clock(Date.now())} and sent again by itself.`);
  });
  // Wagtail gives up after five tries; a night editor does not.
  setInterval(() => { if (failed && !document.hidden) save(); }, 8000);

  const send = async (kept) => {
    const body = new FormData();
    for (const [name, value] of kept.fields) body.append(name, value);
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    body.set("csrfmiddlewaretoken", token);
    for (const name of [...body.keys()]) if (name.startsWith("action-")) body.delete(name);
    const answer = await fetch(kept.action, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token } });
    return answer.json();
  };

  const bringBack = async (at, kept) => {
    let said;
    try { said = await send(kept); }
    catch { say(`Text from ${clock(kept.at)} has not reached the server yet. It is kept in this browser.`, button("Send it again", () => bringBack(at, kept))); return; }
    if (said.merge_url) {
      forget(at);
      say(`Text from ${clock(kept.at)} that had not reached the server is kept there now, beside the newest version.`, link(said.merge_url, "Merge the two texts"));
    } else if (said.success) {
      forget(at);
      if (said.url) location.href = said.url;
      else if (String(said.field_updates?.take || "") !== form.elements.take?.value) location.reload();
    } else {
      say(`Text from ${clock(kept.at)} is kept in this browser but could not be saved: ${said.error_message || "no reason given"}`, button("Throw it away", () => { forget(at); say(""); }));
    }
  };

  const kept = read(key());
  if (kept?.fields) {
    const at = key();
    if (!isNew()) bringBack(at, kept);
    else say(`A new story that you began at ${clock(kept.at)} never reached the server. It is kept in this browser.`,
      button("Bring it back", () => bringBack(at, kept)), button("Throw it away", () => { forget(at); say(""); }));
  }
})();
