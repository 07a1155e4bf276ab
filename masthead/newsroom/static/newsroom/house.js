/* Wagtail leaves some of its own controls without a name for those who hear the page: they take the one that stands
   above them, or the plainest one that is true. */
(() => {
  const above = (field) => field.closest(".w-field__wrapper")?.querySelector("label, .w-field__label")?.textContent.trim();
  const panel = (field) => field.closest(".w-panel")?.querySelector(".w-panel__heading")?.textContent.trim();
  const each = (selector, name) => document.querySelectorAll(`${selector}:not([aria-label])`).forEach((e) => { const said = name(e); if (said) e.setAttribute("aria-label", said); });
  const heading = (link) => document.getElementById(link.getAttribute("aria-labelledby"))?.textContent.trim();
  const name = () => {
    each(".public-DraftEditor-content", (e) => above(e) || "Text");
    each("[data-streamfield-child] textarea, [data-streamfield-child] input:not([type=hidden])", (e) => !e.labels?.length && (panel(e) || "Text"));
    each(".w-panel__anchor", (e) => !heading(e) && "This entry");
    each(".w-minimap-item", (e) => !e.textContent.trim() && "An entry");
  };
  document.addEventListener("DOMContentLoaded", () => {
    let asked = 0;
    const soon = () => { asked ||= requestAnimationFrame(() => { asked = 0; name(); }); };
    name();
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  });
})();
