// The routes of the server that are not on the live line. A refusal is a value, never an exception.

import type { Refusal, RefusalCode } from "./wire";

export type Answer<Body> = { ok: true; body: Body; status: number } | (Omit<Refusal, "code"> & { code: RefusalCode | "offline"; status: number });

const PATIENCE_MS = 15_000;

/** `status` 0: the network did not answer. */
export async function ask<Body>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, payload?: object): Promise<Answer<Body>> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: payload === undefined ? { accept: "application/json" } : { accept: "application/json", "content-type": "application/json" },
      body: payload === undefined ? null : JSON.stringify(payload),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    return { ok: false, status: 0, code: "offline", message: "" };
  }
  const body: unknown = await response.json().catch(() => ({}));
  if (response.ok) return { ok: true, status: response.status, body: body as Body };
  const refusal = body as Partial<Refusal>;
  return { ...refusal, ok: false, status: response.status, code: refusal.code ?? "fault", message: refusal.message ?? "" };
}
