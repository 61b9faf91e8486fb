// Registers the service worker. Under Trusted Types its address must come from a policy: this one
// knows a single address and refuses every other.

type Policy = { createScriptURL(url: string): string };
type Factory = { createPolicy(name: string, rules: Policy): Policy };

const WORKER = "/sw.js";

export function keepForOffline(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  const policy = factory?.createPolicy("app", {
    createScriptURL(url) {
      if (url !== WORKER) throw new TypeError("only the service worker is loaded by address");
      return url;
    },
  });
  const address = policy?.createScriptURL(WORKER) ?? WORKER;
  void navigator.serviceWorker.register(address).catch(() => {}); // a private window: no offline start, all else works
}
