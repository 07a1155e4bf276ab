// Follows a live blog. The page is complete without this file; with it, posts come by themselves.
(() => {
  const live = document.getElementById("live");
  const source = document.querySelector("[data-follow]")?.dataset.follow;
  if (!live || !source || live.dataset.running !== "yes") return;
  const news = document.querySelector("[data-live-news]");
  const every = 15000;
  let waiting = [], timer = 0, pause = every;

  const list = () => live.querySelector("[data-live=posts]");
  const at = (root, name) => root.querySelector(`[data-live=${name}]`);

  const show = () => {
    const first = waiting[waiting.length - 1];
    const posts = list();
    for (const row of waiting) posts.prepend(row);
    waiting = [];
    news.replaceChildren();
    first?.querySelector("article").focus();
  };

  const announce = () => {
    if (!waiting.length) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = news.dataset.liveNews.replace("{n}", waiting.length);
    button.addEventListener("click", show);
    news.replaceChildren(button);
  };

  const take = (fresh) => {
    const posts = list(), theirs = at(fresh, "posts");
    if (!posts || !theirs) { live.replaceChildren(...fresh.childNodes); return; }
    const known = new Map([...posts.children].map((row) => [row.firstElementChild.dataset.post, row]));
    const held = new Map(waiting.map((row) => [row.firstElementChild.dataset.post, row]));
    const newest = Math.max(0, ...[...known.keys()].map(Number));
    const oldest = Math.min(...[...theirs.children].map((row) => Number(row.firstElementChild.dataset.post)));
    waiting = [];
    for (const row of [...theirs.children].reverse()) {
      const number = row.firstElementChild.dataset.post, mine = known.get(number);
      if (mine) { if (mine.innerHTML !== row.innerHTML) mine.replaceWith(row); known.delete(number); }
      else if (Number(number) > newest) waiting.push(held.get(number)?.innerHTML === row.innerHTML ? held.get(number) : row);
    }
    // What is missing within the part that was sent was taken back; what is older was only left to its own page.
    for (const [number, row] of known) if (Number(number) >= oldest) row.remove();
    for (const name of ["state", "summary", "older"]) {
      const mine = at(live, name), their = at(fresh, name);
      if (mine && their && mine.innerHTML !== their.innerHTML && !mine.contains(document.activeElement)) mine.replaceWith(their);
    }
    announce();
    live.dataset.running = fresh.dataset.running;
  };

  const ask = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const answer = await fetch(source, { cache: "no-cache", credentials: "omit" });
      if (answer.status === 404 || answer.status === 410) {
        // Taken back, or not to be followed any longer: the page as it stands now says which.
        live.replaceChildren();
        location.reload();
        return;
      }
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("live");
        if (fresh) take(fresh);
        pause = every;
      } else pause = Math.min(pause * 2, 120000);
    } catch { pause = Math.min(pause * 2, 120000); }
    if (live.dataset.running === "yes") timer = setTimeout(ask, pause);
  };

  document.addEventListener("visibilitychange", ask);
  timer = setTimeout(ask, every);
})();
