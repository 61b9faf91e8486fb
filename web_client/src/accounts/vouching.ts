// Requests to vouch: mine, and those a neighbour shows me by its link.

import { ask } from "../http";

export type VouchRequest = { id: string; name?: string; street?: string; vouches?: number; mine?: boolean };

export async function listRequests(): Promise<VouchRequest[]> {
  const answer = await ask<{ requests: VouchRequest[]; mine?: VouchRequest | null }>("GET", "/api/verification/vouch-requests");
  if (!answer.ok) return [];
  const mine = answer.body.mine ? [{ ...answer.body.mine, mine: true }] : [];
  return [...mine, ...(answer.body.requests ?? [])];
}

export async function findOwnRequest(): Promise<VouchRequest | null> {
  return (await listRequests()).find((request) => request.mine === true) ?? null;
}
