// A page opened by its address is there before the line is: what it asks waits for the line, and is
// asked again until an answer came.

import { untrack } from "svelte";
import type { App } from "../app.svelte";
import { LATER_CODES, LineDown } from "../socket";
import type { Refusal } from "../wire";

const AGAIN_MS = 5_000;

/** Calls `act` as soon as the line is open, and again (at its next opening, or after a while) until `act` gives true. In a component's script. */
export function onceOnLine(app: App, act: () => Promise<boolean>): void {
  let [asking, done] = [false, false];

  async function ask() {
    if (asking || done) return;
    asking = true;
    try {
      done = await act();
    } catch (error) {
      if (!(error instanceof LineDown)) throw error;
    } finally {
      asking = false;
    }
  }

  $effect(() => {
    if (app.live.line !== "open" || done) return;
    untrack(() => void ask());
    const timer = setInterval(() => (done ? clearInterval(timer) : void ask()), AGAIN_MS);
    return () => clearInterval(timer);
  });
}

/** Whether this is the last word: what was asked for, or a refusal that time does not heal. */
export function isAnswer(ack: { ok: true } | Refusal): boolean {
  return ack.ok || !LATER_CODES.has(ack.code);
}
