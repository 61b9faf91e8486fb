// The service worker's half of push: show at once, then say so; a click opens what it was about.
// Nothing here may wait for long: iOS ends a worker after ten seconds, and then shows nothing at all.

type Told = {
  title: string;
  body: string;
  tag: string;
  lang: string;
  silent: boolean;
  data: { run: string; token: string; path: string; kind: string; again: boolean; urgent: boolean };
};
type Extended = { waitUntil(work: Promise<unknown>): void };
type PushHappened = Extended & { data: { text(): string } | null; notification?: { title: string } & Partial<Told> };
type Clicked = Extended & { notification: { close(): void; data: Partial<Told["data"]> | null } };
type Changed = Extended & { newSubscription: PushSubscription | null; oldSubscription: PushSubscription | null };
type Page = { url: string; visibilityState: string; focused: boolean; focus(): Promise<unknown>; postMessage(message: unknown): void };
type Scope = {
  registration: ServiceWorkerRegistration;
  clients: { matchAll(asked: object): Promise<Page[]>; openWindow(url: string): Promise<unknown> };
  addEventListener(name: "push", run: (event: PushHappened) => void): void;
  addEventListener(name: "notificationclick", run: (event: Clicked) => void): void;
  addEventListener(name: "pushsubscriptionchange", run: (event: Changed) => void): void;
};

const RECEIPT_PATIENCE_MS = 2_000;
const GENERIC: Told = {
  title: "Palier", body: "Du nouveau autour de vous.", tag: "palier", lang: "fr", silent: false,
  data: { run: "", token: "", path: "/autour", kind: "", again: false, urgent: false },
};

export function listenForPush(scope: Scope): void {
  scope.addEventListener("push", (event) => event.waitUntil(show(scope, event)));
  scope.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(Promise.all([open(scope, event.notification.data?.path), receipt(event.notification.data?.token, "clicked")]));
  });
  scope.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAgain(scope, event)));
}

/** Safari that understood the message by itself gives `notification`; others give its text. */
function read(event: PushHappened): Told {
  if (event.notification?.title !== undefined) return { ...GENERIC, ...event.notification, data: { ...GENERIC.data, ...event.notification.data } };
  try {
    const told = JSON.parse(event.data?.text() ?? "") as { notification?: Partial<Told> };
    if (typeof told.notification?.title !== "string") return GENERIC;
    return { ...GENERIC, ...told.notification, data: { ...GENERIC.data, ...told.notification.data } };
  } catch {
    return GENERIC;
  }
}

async function show(scope: Scope, event: PushHappened): Promise<void> {
  const told = read(event);
  const { data } = told;
  // What came twice, or what an open page already shows, makes no second sound.
  const [shown, pages] = await Promise.all([scope.registration.getNotifications({ tag: told.tag }), pagesOf(scope)]);
  const repeated = shown.some((one) => (one.data as Told["data"] | null)?.run === data.run);
  const seen = data.kind !== "test" && pages.some((page) => page.visibilityState === "visible" && page.focused);
  const silent = told.silent || repeated || seen;
  await scope.registration.showNotification(told.title, {
    body: told.body, tag: told.tag, lang: told.lang, dir: "ltr", data, silent,
    icon: "/icon-192.png", badge: "/icon-192.png", requireInteraction: data.urgent,
    renotify: data.again && !silent,
  } as NotificationOptions);
  await receipt(data.token, "shown");
}

async function receipt(token: string | undefined, what: "shown" | "clicked"): Promise<void> {
  if (token === undefined || token === "") return;
  const body = JSON.stringify({ t: token, e: what });
  try {
    await fetch("/api/push/receipt", { method: "POST", body, keepalive: true, headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(RECEIPT_PATIENCE_MS) });
  } catch {
    // It was shown; that nobody learns it is the lesser harm.
  }
}

/** In a page that is there, the one in front first; else in a new one. Only ever our own pages. */
async function open(scope: Scope, path: string | undefined): Promise<void> {
  const url = new URL(path ?? "/", location.origin);
  const safe = url.origin === location.origin ? url.pathname + url.search : "/";
  const pages = await pagesOf(scope);
  const page = pages.find((one) => one.focused) ?? pages.find((one) => one.visibilityState === "visible") ?? pages[0];
  if (page === undefined) return void (await scope.clients.openWindow(safe));
  page.postMessage({ open: safe });
  await page.focus().catch(() => {});
}

async function pagesOf(scope: Scope): Promise<Page[]> {
  return scope.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/** The browser changed the address by itself: tell the server under the same device. */
async function subscribeAgain(scope: Scope, event: Changed): Promise<void> {
  const kept = await (await caches.open("push")).match("/device");
  const options = event.oldSubscription?.options;
  const made = event.newSubscription ?? (options === undefined ? null : await scope.registration.pushManager.subscribe(options));
  if (kept === undefined || made === null) return;
  const body = JSON.stringify({ subscription: made.toJSON(), device: await kept.text() });
  await fetch("/api/push/subscription", { method: "PUT", body, headers: { "content-type": "application/json" } });
}
