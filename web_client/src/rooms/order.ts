// The order of the cards during one visit: what the reader sees stays where it is; newcomers go on
// top, older pages below. Coming back to the room sorts it afresh. Pure.

import type { Thread } from "../state";

export type Order = { readonly ids: readonly string[]; readonly since: string };

/** `threads` come by last activity, newest first. */
export function freshOrder(threads: readonly Thread[]): Order {
  return { ids: threads.map((thread) => thread.id), since: threads[0]?.lastAt ?? "" };
}

export function keptOrder(order: Order, threads: readonly Thread[]): Order {
  const present = new Set(threads.map((thread) => thread.id));
  const known = new Set(order.ids);
  const added = threads.filter((thread) => !known.has(thread.id));
  if (added.length === 0 && present.size === known.size) return order;
  const above = added.filter((thread) => thread.lastAt > order.since).map((thread) => thread.id);
  const below = added.filter((thread) => thread.lastAt <= order.since).map((thread) => thread.id);
  return { ids: [...above, ...order.ids.filter((id) => present.has(id)), ...below], since: order.since };
}
