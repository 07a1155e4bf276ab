/* Solves the challenge of a form (ALTCHA, SHA-256) while its reader writes the address; see masthead/public/working.py. */
"use strict";
(async () => {
  const field = document.querySelector("input[data-work]");
  if (!field || !crypto.subtle) return;
  const form = field.form;
  const button = form.querySelector("button");
  const asked = JSON.parse(field.dataset.work);
  const bytes = new TextEncoder();
  const salt = asked.salt.endsWith("&") ? asked.salt : `${asked.salt}&`;
  const hex = async (number) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.encode(salt + number)))].map((b) => b.toString(16).padStart(2, "0")).join("");
  let pressed = false;
  form.addEventListener("submit", (event) => { if (!field.value) { event.preventDefault(); pressed = true; button.setAttribute("aria-busy", "true"); } });
  for (let number = 0; number <= asked.maxnumber; number += 1) {
    if (await hex(number) === asked.challenge) {
      field.value = btoa(JSON.stringify({ algorithm: asked.algorithm, challenge: asked.challenge, number, salt: asked.salt, signature: asked.signature }));
      break;
    }
  }
  if (pressed) form.requestSubmit(button);
})();
