// Opening the thread with another member. To open what they asked for is to accept it.

import type { App } from "../app.svelte";
import { withDirect } from "../company";
import { newUlid } from "../ids";
import type { Author } from "../wire";
import { roomHref } from "./paths";
import { chatWords } from "./words";

/** With a neighbour, or with who is in touch over an alert: its owner, or a witness. */
export type Whom = { readonly account: string } | { readonly alert: string; readonly account?: string };

/** Goes there. Why not, in words; empty once there. */
export async function openDirect(app: App, whom: Whom): Promise<string> {
  const ack = await app.live.command("direct.open", { key: newUlid(Date.now()), ...whom }).catch(() => null);
  if (ack === null) return app.words.line.needed;
  if (!ack.ok) return ack.code === "not_found" && !("alert" in whom) ? chatWords(app.words.language).unreachable : ack.message;
  app.live.company = withDirect(app.live.company, ack.direct);
  app.router.go(roomHref(ack.topic, "direct"));
  return "";
}

/** Another person, still here. */
export function isWrittenTo(one: Author, me: string | undefined): boolean {
  return one.account !== "" && one.account !== me && one.level !== "organisation";
}
