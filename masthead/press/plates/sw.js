/* Opened stories without a connection. The net always comes first: a copy is read only where nothing answers, and
   what the paper has taken back (410, 404) is thrown away, on a visit or on the round made every few minutes. */
"use strict";
const SHELF = "opened";
const MOST = 40;
const ROUND = 5 * 60 * 1000;
const STORY = /^\/\d{4}\/\d\d\/\d\d\/[^/]+\/$/;
const OWN = /^\/(assets|pictures)\//;
let last = 0;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.add("/saved/")).catch(() => {}));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(round)));

const gone = (answer) => answer.status === 410 || answer.status === 404;

/* A page goes with its pictures; pages that are open are told only of what was taken back. */
async function drop(paths, tell = true) {
  const shelf = await caches.open(SHELF);
  for (const path of paths) {
    const copy = await shelf.match(path);
    const text = copy ? await copy.text() : "";
    for (const [picture] of text.matchAll(/\/pictures\/[^\s"]+/g)) await shelf.delete(picture);
    await shelf.delete(path);
  }
  if (!tell || !paths.length) return;
  for (const page of await self.clients.matchAll({ includeUncontrolled: true })) page.postMessage({ gone: paths });
}

/* Asks for every kept story whether it still stands; also keeps the shelf short. */
async function round() {
  last = Date.now();
  const shelf = await caches.open(SHELF);
  const kept = (await shelf.keys()).map((key) => new URL(key.url).pathname).filter((path) => STORY.test(path));
  await drop(kept.slice(0, Math.max(0, kept.length - MOST)), false);
  const told = await Promise.all(kept.map((path) => fetch(path, { method: "HEAD" }).then(gone, () => false)));
  await drop(kept.filter((path, i) => told[i]));
  if (self.registration.pushManager && await self.registration.pushManager.getSubscription()) await subscribeAnew().catch(() => {});
}

async function page(request, path) {
  const shelf = await caches.open(SHELF);
  try {
    const answer = await fetch(request);
    if (gone(answer)) await drop([path]);
    else if (answer.ok && STORY.test(path)) { await shelf.delete(path); await shelf.put(path, answer.clone()); }
    return answer;
  } catch (error) {
    const copy = (await shelf.match(path)) || (await shelf.match("/saved/"));
    if (copy) return copy;
    throw error;
  }
}

async function own(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(SHELF)).put(request, answer.clone());
    return answer;
  } catch (error) {
    const copy = await caches.match(request);
    if (copy) return copy;
    throw error;
  }
}

/* The first page is open before this worker is at work: it says what it is made of. */
self.addEventListener("message", (event) => event.waitUntil((async () => {
  const shelf = await caches.open(SHELF);
  for (const path of event.data.opened || []) {
    if ((STORY.test(path) || OWN.test(path)) && !(await shelf.match(path))) await shelf.add(path).catch(() => {});
  }
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || pathname.startsWith("/newsroom/")) return;
  if (request.mode === "navigate") {
    event.respondWith(page(request, pathname));
    if (Date.now() - last > ROUND) event.waitUntil(round());
  } else if (OWN.test(pathname)) event.respondWith(own(request));
});

/* Breaking news. One story is one notification: what follows has the same tag and takes its place. A correction is worth
   a second look; that something was withdrawn makes no noise. */
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.head || "", {
    body: told.body, tag: told.tag, lang: told.lang, dir: told.dir, icon: "/icon.svg", timestamp: (told.at || 0) * 1000,
    renotify: Boolean(told.tag && !told.still), silent: Boolean(told.still), data: { path: told.path || "/" },
  }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const url = new URL(event.notification.data.path, self.location.origin).href;
    const pages = await self.clients.matchAll({ type: "window" });
    const open = pages.find((one) => one.url === url);
    return open ? open.focus() : self.clients.openWindow(url);
  })());
});

/* The browser, or a new key of the paper's, ended a subscription: the reader's wish stands, so it is made anew. */
async function subscribeAnew(old) {
  const { key } = await (await fetch("/follow/push/")).json();
  const has = await self.registration.pushManager.getSubscription();
  const mine = has && btoa(String.fromCharCode(...new Uint8Array(has.options.applicationServerKey || [])));
  if (has && mine.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "") === key) return;
  if (!has && !old) return;
  const gone = has ? has.endpoint : old.endpoint;
  if (has) await has.unsubscribe();
  const fresh = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  await fetch("/follow/push/", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...fresh.toJSON(), key, zone, old: gone }),
  });
}
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAnew(event.oldSubscription)));
