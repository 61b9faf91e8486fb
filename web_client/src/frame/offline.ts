// Registers the service worker, and opens what was clicked on a notification of its.

import { trustedScript } from "./trusted";

export function keepForOffline(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  void navigator.serviceWorker.register(trustedScript("/sw.js")).catch(() => {}); // a private window: no offline start, all else works
}

export function openWhatIsClicked(open: (path: string) => void): void {
  navigator.serviceWorker?.addEventListener("message", (message: MessageEvent<{ open?: unknown }>) => {
    const path = message.data?.open;
    if (typeof path === "string" && path.startsWith("/") && !path.startsWith("//")) open(path);
  });
}
