// A page opened by its address is there before the line is: what it asks waits for the line.

import { untrack } from "svelte";
import type { App } from "../app.svelte";

/** Calls `act` once, as soon as the line is open. In a component's script. */
export function onceOnLine(app: App, act: () => unknown): void {
  let done = false;
  $effect(() => {
    if (app.live.line !== "open" || done) return;
    done = true;
    untrack(act);
  });
}
