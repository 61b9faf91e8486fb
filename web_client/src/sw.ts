// Keeps the last page and its scripts so that Palier opens without a network. It never stores
// what neighbours wrote: messages live in IndexedDB, where signing out erases them. It rings, too.

import { listenForPush } from "./push/worker";

const scope = self as unknown as {
  addEventListener(name: "install" | "activate", run: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(name: "fetch", run: (event: { request: Request; respondWith(answer: Promise<Response>): void; waitUntil(work: Promise<unknown>): void }) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};

const FILES = "__FILES__".split(",");
const CACHE = "palier-__RELEASE__";
const NETWORK_PATIENCE_MS = 4_000;

listenForPush(self as unknown as Parameters<typeof listenForPush>[0]);

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...FILES, "/"])).then(() => scope.skipWaiting()));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldReleases().then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request, (work) => event.waitUntil(work)));
});

/** All but the one before: a page of it may be open, and its next screen lies nowhere else any more. */
async function forgetOldReleases(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith("palier-") && name !== CACHE); // oldest first
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** The fresh page when a server answers in time, else the kept one. */
async function page(request: Request): Promise<Response> {
  const fresh = await fetch(request, { signal: AbortSignal.timeout(NETWORK_PATIENCE_MS) }).catch(() => Response.error());
  if (fresh.type !== "error" && fresh.status < 500) return fresh;
  return (await (await caches.open(CACHE)).match("/")) ?? fresh;
}

/** Files whose name holds their content's hash: the kept one is the right one. What cannot be kept is given all the same. */
async function asset(request: Request, beside: (work: Promise<unknown>) => void): Promise<Response> {
  const kept = await caches.match(request).catch(() => undefined);
  if (kept !== undefined) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) beside(keep(request, fresh.clone()).catch(() => {}));
  return fresh;
}

async function keep(request: Request, answer: Response): Promise<void> {
  await (await caches.open(CACHE)).put(request, answer);
}
