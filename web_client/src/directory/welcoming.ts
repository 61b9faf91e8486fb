// « Bienvenue ! » in one tap: the newcomer hears who says it.

import type { App } from "../app.svelte";

/** Why it was not said, in words; empty once it was. */
export async function welcome(app: App, account: string): Promise<string> {
  const ack = await app.live.command("member.welcome", { account }).catch(() => null);
  if (!ack?.ok) return ack === null ? app.words.line.needed : ack.message;
  const { company } = app.live;
  app.live.company = { ...company, arrivals: company.arrivals.map((one) => (one.member.account === account ? { ...one, welcomed: true } : one)) };
  return "";
}

/** Whose coming and greetings are not told: my own, and those of whom I block. */
export function apart(app: App): ReadonlySet<string | undefined> {
  return new Set([app.me?.account, ...app.live.company.blocked.map((one) => one.account)]);
}
