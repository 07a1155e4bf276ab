/* For another site of the house: <script src="https://PAPER/comments/embed.js" defer></script> where the conversation is to stand.
   It finds its story by the page's canonical address, or by data-url. No cookie, no tracker; the frame loads when it comes near. */
"use strict";
(() => {
  const me = document.currentScript;
  const paper = new URL(me.src).origin;
  const url = me.dataset.url || document.querySelector("link[rel=canonical]")?.href || location.href.split("#")[0];
  const frame = document.createElement("iframe");
  frame.src = `${paper}/comments/embed/?url=${encodeURIComponent(url)}`;
  frame.title = me.dataset.title || "Conversation";
  frame.loading = "lazy";
  frame.style.cssText = "width:100%;border:0;min-height:20rem";
  addEventListener("message", (event) => {
    if (event.origin === paper && event.source === frame.contentWindow && event.data?.masthead > 0) frame.style.height = `${Math.ceil(event.data.masthead)}px`;
  });
  me.after(frame);
})();
