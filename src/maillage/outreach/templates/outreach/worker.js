// Version {{ version }}. Answers on the phone when the network does not: the round, its forms, a visit that waits.
"use strict";
importScripts({% for one in programs %}"{{ one }}", {% endfor %});
const SHELL_CACHE = "maillage-shell-{{ version }}";
const SHELL = [{% for one in shell %}"{{ one }}", {% endfor %}];
const ROUND = "{{ round }}", SIGN_OUT = "{{ sign_out }}", SIGN_IN = "{{ sign_in }}";
const FORM = /^\/etablissements\/[0-9a-f-]{36}\/visite\/$/;
const phone = self.maillagePhone;
phone.contact = "{{ contact }}";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("maillage-shell-") && name !== SHELL_CACHE;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});
self.addEventListener("sync", (event) => {
  if (event.tag === "visits") event.waitUntil(phone.sendAll());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(fromShell(request));
  else if (request.method === "GET" && (url.pathname === ROUND || FORM.test(url.pathname))) event.respondWith(page(request, url));
  else if (request.method === "POST" && FORM.test(url.pathname)) event.respondWith(visit(request, url));
  else if (request.method === "POST" && (url.pathname === SIGN_OUT || url.pathname.startsWith(SIGN_IN))) event.respondWith(changing(request));
});

async function fromShell(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  // Files are named by their content: whatever was read once is right for good.
  if (answer.ok) await (await caches.open(SHELL_CACHE)).put(request, answer.clone());
  return answer;
}

async function page(request, url) {
  try {
    return await fetch(request);
  } catch (failure) {
    const kept = await phone.keptPage(url.pathname);
    if (!kept) throw failure;
    return kept;
  }
}

// A form goes to the server as ever. Unanswered, it waits under its own key, which makes it count once. One that corrects
// what waits takes its place first, and goes on waiting until the server confirms that very text.
async function visit(request, url) {
  const body = await request.clone().formData();
  const corrects = (await phone.mine()).some((one) => one.once === body.get("once"));
  if (corrects) await phone.wait(url.pathname, body);
  try {
    const answer = await fetch(request);
    if (answer.status < 500) return answer;
  } catch { /* no network, or an answer cut in its middle: the key tells */ }
  await phone.wait(url.pathname, body);
  self.registration.sync?.register("visits").catch(() => {});
  return Response.redirect(ROUND, 303);
}

// Who leaves, or who comes, finds no page of the one before; what was not confirmed waits for its owner.
async function changing(request) {
  await phone.clearPages();
  return fetch(request);
}
