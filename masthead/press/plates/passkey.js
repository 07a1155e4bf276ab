/* Passkeys: one is added on one's own page, or lets in where a code would be asked for. Without this, a code by e-mail does. */
"use strict";
(() => {
  const button = document.querySelector("button[data-passkey]");
  if (!button || !window.PublicKeyCredential?.parseCreationOptionsFromJSON) return;
  const adds = button.dataset.passkey === "new";
  const said = button.nextElementSibling;
  const send = async (what, body) => {
    const answer = await fetch(`/comments/keys/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.said);
    return told;
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = "";
    try {
      const asked = await send("ask", { new: adds });
      const key = adds
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked.options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked.options) });
      await send("done", { new: adds, word: asked.word, key: key.toJSON() });
    } catch (error) {
      /* Closing the browser's own window is no fault to speak of. */
      if (error.name !== "NotAllowedError" && error.name !== "AbortError") said.textContent = error.message;
      return;
    }
    const form = button.closest("form");
    if (adds || !form.elements.text) { location.reload(); return; }
    /* What was written goes on to where it was going. */
    form.elements.address.required = false;
    form.elements.address.value = "";
    form.requestSubmit();
  });
})();
