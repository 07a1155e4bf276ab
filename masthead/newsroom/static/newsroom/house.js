/* Wagtail's text fields carry no name of their own: they take the one that stands above them. */
(() => {
  const name = () => document.querySelectorAll(".public-DraftEditor-content:not([aria-label])").forEach((field) => {
    const label = field.closest(".w-field__wrapper")?.querySelector("label, .w-field__label");
    field.setAttribute("aria-label", label?.textContent.trim() || "Text");
  });
  document.addEventListener("DOMContentLoaded", () => {
    name();
    new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  });
})();
