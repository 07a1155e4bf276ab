/* Breaking news on this device: the reader presses a button, the browser asks once, the paper is told where to send.
   Nothing is asked before a button is pressed. */
"use strict";
(() => {
  const box = document.querySelector("[data-push]");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const key = box.dataset.push;
  const [on, off] = box.querySelectorAll("button");
  const night = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const say = (word) => { status.textContent = word ? box.dataset[word] : ""; };
  const tell = async (words) => {
    const answer = await fetch("/follow/push/", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(words),
    });
    if (!answer.ok) throw new Error(String(answer.status));
  };
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes || []))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
  const given = (has) => ({ ...has.toJSON(), key, zone: zone(), night: night.checked });
  const remember = () => { try { localStorage.setItem("night", night.checked ? "1" : ""); } catch { /* not kept */ } };
  const manager = async () => (await navigator.serviceWorker.ready).pushManager;
  const draw = (has) => {
    on.hidden = Boolean(has);
    off.hidden = !has;
    box.hidden = false;
  };

  on.addEventListener("click", async () => {
    say();
    if ((await Notification.requestPermission()) !== "granted") { say("refused"); return; }
    try {
      const has = await (await manager()).subscribe({ userVisibleOnly: true, applicationServerKey: key });
      await tell(given(has)).catch((error) => has.unsubscribe().then(() => { throw error; }));
      remember();
      draw(has);
      say("on");
    } catch { say("failed"); }
  });
  off.addEventListener("click", async () => {
    const has = await (await manager()).getSubscription();
    if (has) {
      await tell({ endpoint: has.endpoint, leave: true }).catch(() => {});
      await has.unsubscribe().catch(() => {});
    }
    draw(null);
    say("off");
  });
  night.addEventListener("change", async () => {
    remember();
    const has = await (await manager()).getSubscription();
    if (has) await tell(given(has)).catch(() => say("failed"));
  });

  /* On every visit: a subscription made with another key is dead and gives way; one that stands says so. */
  (async () => {
    try { night.checked = Boolean(localStorage.getItem("night")); } catch { /* not kept */ }
    await navigator.serviceWorker.register("/sw.js");
    let has = await (await manager()).getSubscription();
    if (has && text(has.options.applicationServerKey) !== key) {
      const old = has.endpoint;
      await has.unsubscribe();
      has = Notification.permission === "granted"
        ? await (await manager()).subscribe({ userVisibleOnly: true, applicationServerKey: key }) : null;
      if (has) await tell({ ...given(has), old });
    } else if (has) await tell(given(has));
    draw(has);
    if (has) say("on");
  })().catch(() => draw(null));
})();
