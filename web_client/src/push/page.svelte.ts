// What push needs of an open page: the badge counts here, what is read here need not ring. Loaded
// after the first view.

import { mount, unmount } from "svelte";
import type { App } from "../app.svelte";
import { inSight } from "../alerts/book";
import { placeAt } from "../routes";
import Offer from "./Offer.svelte";
import { canRing, deviceId, forgetTold, needsHomeScreen, repeatAtStart, wasTold } from "./subscription";

const LATER = "palier-push-later";
const LATER_MS = 14 * 86_400_000;
const ACCOUNT = "palier-push-account";
// The server waits five seconds for a page before it rings; pages spread their answers.
const SEEN_WITHIN_MS = 2_500;
const JUST_NOW_MS = 10_000;

export function beginPush(app: App): void {
  $effect.root(() => {
    $effect(() => void (app.phase === "in" && app.me !== null && arrived(app.me.account)));
    // Signed out, this browser is silent; whoever signs in next tells the server anew.
    $effect(() => void (app.phase === "out" && forgetTold()));
    $effect(() => badge(app));
    $effect(() => seen(app));
    $effect(() => offerAfterReading(app));
    $effect(() => offerAfterWriting(app));
  });
}

function arrived(account: string): void {
  if (localStorage.getItem(ACCOUNT) !== account) forgetTold();
  localStorage.setItem(ACCOUNT, account);
  void repeatAtStart().catch(() => {}); // without a network it is for the next start
}

function badge(app: App): void {
  const unread = Object.values(app.live.state.topics).reduce((sum, topic) => sum + topic.unread, 0);
  const show = navigator as { setAppBadge?: (count: number) => Promise<void>; clearAppBadge?: () => Promise<void> };
  void (unread > 0 ? show.setAppBadge?.(unread) : show.clearAppBadge?.())?.catch(() => {});
}

const told = new Set<string>();

/** New alerts and words that this visible page shows: its own device need not ring for them. What lies
 * on another page was not shown, however near. */
function seen(app: App): void {
  const { threads } = app.live.state;
  const read = app.live.openId === null ? undefined : threads[app.live.openId];
  const things = [...inSight(app.live.book, placeAt(app.router.path), matchMedia("(min-width: 64em)").matches, Date.now()).map((alert) => ({ id: alert.id, at: alert.raised_at })), ...(read?.tail.slice(-3) ?? [])];
  const fresh = things.filter((one) => !told.has(one.id) && Date.now() - Date.parse(one.at) < JUST_NOW_MS);
  if (fresh.length === 0 || document.visibilityState !== "visible" || !wasTold()) return;
  for (const one of fresh) told.add(one.id);
  const subjects = fresh.map((one) => one.id).slice(0, 20);
  setTimeout(() => void app.live.command("push.seen", { device: deviceId(), subjects }).catch(() => {}), Math.random() * SEEN_WITHIN_MS);
}

let readAlert = false;
let offered = false;

function offerAfterReading(app: App): void {
  const onAlert = /^\/alertes\/[0-9A-Z]{26}$/.test(app.router.path);
  if (onAlert) readAlert = true;
  else if (readAlert) offer(app);
}

function offerAfterWriting(app: App): void {
  if (app.outgoing.queue.some((item) => item.step === "sent")) offer(app);
}

/** Once a visit at most, and not before two weeks after « Plus tard ». */
function offer(app: App): void {
  const later = Number(localStorage.getItem(LATER) ?? 0);
  const open = needsHomeScreen() || (canRing() && Notification.permission === "default");
  if (offered || !open || app.phase !== "in" || Date.now() - later < LATER_MS) return;
  offered = true;
  const sheet = mount(Offer, {
    target: document.body,
    props: {
      app,
      onend: (accepted: boolean) => {
        if (!accepted) localStorage.setItem(LATER, String(Date.now()));
        void unmount(sheet);
      },
    },
  });
}
