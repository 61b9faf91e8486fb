// Scripts loaded by address. Under Trusted Types an address must come from a policy: this one knows
// ours, the service worker and the map's worker, and refuses every other.

type Policy = { createScriptURL(url: string): string };
type Factory = { createPolicy(name: string, rules: Policy): Policy };

const OURS = /^\/(?:sw\.js|assets\/[\w.-]+\.m?js)$/;
let policy: Policy | undefined;

/** The address as the browser wants it: a TrustedScriptURL where it knows them. */
export function trustedScript(url: string): string {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  policy ??= factory?.createPolicy("app", {
    createScriptURL(asked) {
      if (!OURS.test(asked)) throw new TypeError("only our own scripts are loaded by address");
      return asked;
    },
  });
  return policy?.createScriptURL(url) ?? url;
}
