// This browser's subscription: made when its owner asks, told again to the server at each start.

import { ask } from "../http";
import { newUlid } from "../ids";
import type { PushState } from "../wire";

export type Ability = "on" | "off" | "blocked" | "install" | "unsupported";

const DEVICE = "palier-device";
const TOLD = "palier-push-told";
const TOLD_EVERY_MS = 12 * 3_600_000;
// Without a network `subscribe()` never settles.
const PATIENCE_MS = 10_000;

/** On an iPhone only a page on the home screen may ring. */
export function needsHomeScreen(): boolean {
  const apple = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.userAgent.includes("Mac") && navigator.maxTouchPoints > 1);
  return apple && !isInstalled();
}

export function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
}

export function canRing(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

export async function ability(): Promise<Ability> {
  if (needsHomeScreen()) return "install";
  if (!canRing()) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  if (Notification.permission !== "granted") return "off";
  const kept = await found();
  return kept === null ? "off" : "on";
}

/** The name under which the server knows this browser; the service worker reads it from a cache. */
export function deviceId(): string {
  let device = localStorage.getItem(DEVICE);
  if (device === null) {
    device = newUlid(Date.now());
    localStorage.setItem(DEVICE, device);
  }
  const known = device;
  void caches.open("push").then((cache) => cache.put("/device", new Response(known)), () => {});
  return device;
}

/** Asks the person, then the push service, then tells the server. */
export async function turnOn(): Promise<Ability | "failed"> {
  if (!canRing()) return ability();
  const allowed = await Notification.requestPermission();
  if (allowed !== "granted") return allowed === "denied" ? "blocked" : "off";
  const state = await ask<PushState>("GET", "/api/push");
  if (!state.ok) return "failed";
  try {
    const made = await subscription(state.body.key);
    return (await tell(made, state.body.key)) ? "on" : "failed";
  } catch {
    return "failed";
  }
}

export async function turnOff(): Promise<boolean> {
  const answer = await ask("DELETE", "/api/push/subscription", { device: deviceId() });
  if (!answer.ok) return false;
  localStorage.removeItem(TOLD);
  await (await found())?.unsubscribe().catch(() => false);
  return true;
}

/** At each start: the browser may have another address now, the server another key. */
export async function repeatAtStart(): Promise<void> {
  if (!canRing() || Notification.permission !== "granted" || localStorage.getItem(TOLD) === null) return;
  const kept = await found();
  const told = JSON.parse(localStorage.getItem(TOLD) ?? "{}") as { endpoint?: string; at?: number };
  if (kept !== null && told.endpoint === kept.endpoint && Date.now() - (told.at ?? 0) < TOLD_EVERY_MS) return;
  const state = await ask<PushState>("GET", "/api/push");
  if (!state.ok) return;
  const made = await subscription(state.body.key);
  await tell(made, state.body.key);
}

/** The server knows this browser under the account that is here. */
export function wasTold(): boolean {
  const told = localStorage.getItem(TOLD);
  return told !== null && told !== "{}";
}

/** Another account signed in: it must be told again. */
export function forgetTold(): void {
  if (localStorage.getItem(TOLD) !== null) localStorage.setItem(TOLD, "{}");
}

async function tell(made: PushSubscription, key: string): Promise<boolean> {
  const { endpoint, keys } = made.toJSON();
  const answer = await ask("PUT", "/api/push/subscription", { subscription: { endpoint, keys }, device: deviceId(), key });
  if (answer.ok) localStorage.setItem(TOLD, JSON.stringify({ endpoint: made.endpoint, at: Date.now() }));
  return answer.ok;
}

async function found(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** The one there is, unless it was made with another key: such a one is dead. */
async function subscription(key: string): Promise<PushSubscription> {
  const registration = await within(navigator.serviceWorker.ready);
  const kept = await registration.pushManager.getSubscription();
  const used = kept?.options.applicationServerKey;
  if (kept !== null && (used === null || used === undefined || encoded(used) === key)) return kept;
  await kept?.unsubscribe();
  return within(registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: decoded(key) }));
}

function within<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, fail) => setTimeout(() => fail(new Error("too late")), PATIENCE_MS));
  return Promise.race([work, late]);
}

export function decoded(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

export function encoded(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
