// The address of someone who signs up: asked from the server as it is typed, kept for this tab only
// between the start page and the form.

import { ask, type Answer } from "../http";

export type Address = { id: string; label: string; street: string; city: string; postcode: string; cell: string };

export const SHORTEST_QUERY = 3;
const KEPT = "palier-address";

export function findAddresses(query: string): Promise<Answer<{ addresses: Address[] }>> {
  return ask("GET", `/api/addresses?q=${encodeURIComponent(query)}`);
}

export function keepChosen(address: Address): void {
  sessionStorage.setItem(KEPT, JSON.stringify(address));
}

export function takeChosen(): Address | null {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return kept === null ? null : (JSON.parse(kept) as Address);
}
