// Registers the service worker.

import { trustedScript } from "./trusted";

export function keepForOffline(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  void navigator.serviceWorker.register(trustedScript("/sw.js")).catch(() => {}); // a private window: no offline start, all else works
}
