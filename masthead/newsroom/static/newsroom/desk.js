// The wire desk works without this file; with it the item opens beside the list and the keys j, k, o, p work.
(() => {
  const pane = document.getElementById("pane");
  const rows = [...document.querySelectorAll("[data-item]")];
  const fresh = document.querySelector("[data-fresh]");
  if (!pane) return;
  let at = -1;

  const choose = async (next) => {
    if (next < 0 || next >= rows.length) return;
    rows[at]?.removeAttribute("aria-current");
    at = next;
    const row = rows[at], link = row.querySelector("a");
    row.setAttribute("aria-current", "true");
    row.scrollIntoView({ block: "nearest" });
    const answer = await fetch(`${link.href}?pane=1`, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok || answer.redirected) { location.href = link.href; return; }
    const text = await answer.text();
    if (rows[at] === row) { pane.innerHTML = text; pane.scrollTop = 0; }
  };

  rows.forEach((row, n) => row.querySelector("a").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(n);
  }));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "j") choose(at + 1);
    else if (event.key === "k") choose(at - 1);
    else if (event.key === "o" && rows[at]) location.href = rows[at].querySelector("a").href;
    else if (event.key === "p") pane.querySelector("[data-use]")?.click();
  });

  if (fresh?.dataset.after) setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(`${fresh.dataset.fresh}&after=${encodeURIComponent(fresh.dataset.after)}`).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { new: count } = await answer.json();
    if (!count || fresh.dataset.count === String(count)) return;
    fresh.dataset.count = count;
    fresh.replaceChildren(Object.assign(document.createElement("a"), { href: location.href, textContent: `${count} new on the wire: show` }));
  }, 4000);
})();
