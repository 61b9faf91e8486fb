// Requests to vouch: mine, and those a neighbour shows me by its link.

import { ask } from "../http";
import type { VouchRequest, VouchRequests } from "../wire";

export async function listRequests(): Promise<readonly VouchRequest[]> {
  const answer = await ask<VouchRequests>("GET", "/api/verification/vouch-requests");
  return answer.ok ? answer.body.requests : [];
}

export async function findOwnRequest(): Promise<VouchRequest | null> {
  return (await listRequests()).find((request) => request.mine) ?? null;
}
