// « Bienvenue ! » in one tap: the newcomer hears who says it.

import type { App } from "../app.svelte";

export async function welcome(app: App, account: string): Promise<void> {
  const ack = await app.live.command("member.welcome", { account }).catch(() => null);
  if (!ack?.ok) return;
  const { company } = app.live;
  app.live.company = { ...company, arrivals: company.arrivals.map((one) => (one.member.account === account ? { ...one, welcomed: true } : one)) };
}
