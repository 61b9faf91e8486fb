// Sends what waits, one message after another, oldest first. Several tabs share one queue in
// IndexedDB: whoever holds the lock sends, the others hear of it on the tabs' own channel.

import type { Cache } from "../cache";
import { newUlid } from "../ids";
import type { Live } from "../live.svelte";
import { LATER_CODES, LineDown } from "../socket";
import type { Refusal } from "../wire";
import { accepted, nextToSend, payloadOf, refused, restored, retried, unshown, written, type Along, type Destination, type Queued } from "./queue";

const UNSAID_WAIT_S = 5;

export class Outgoing {
  queue = $state.raw<readonly Queued[]>([]);
  /** Said beside the composer while the server asks us to slow down. */
  slowDown = $state.raw<string | null>(null);

  #written = 0;
  /** Keys that the store is known to have: only these can be missing from it. */
  #stored = new Set<string>();
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly cache: Cache, readonly live: Live, readonly tabs: BroadcastChannel) {
    tabs.addEventListener("message", (message: MessageEvent<string>) => message.data === "queue" && void this.reload());
  }

  async write(account: string, text: string, where: Destination, along: Along = {}): Promise<string> {
    this.#written = Math.max(Date.now(), this.#written + 1); // keys sort in the order of writing
    const item = written(newUlid(this.#written), account, text, where, this.#written, along);
    this.queue = [...unshown(this.queue, this.live.state), item];
    await this.#keep(item);
    void this.flush();
    return item.key;
  }

  async retry(item: Queued): Promise<void> {
    const next = retried(item, this.live.state.me?.home ?? "", newUlid(Date.now()));
    this.queue = this.queue.map((other) => (other.key === item.key ? next : other));
    if (next.key !== item.key) await this.cache.dequeue(item.key);
    await this.#keep(next);
    void this.flush();
  }

  async remove(item: Queued): Promise<void> {
    this.queue = this.queue.filter((other) => other.key !== item.key);
    await this.cache.dequeue(item.key);
    this.tabs.postMessage("queue");
  }

  /** Its author is not here any more: what did not leave stays in the store alone. */
  leave(): void {
    clearTimeout(this.#again);
    [this.queue, this.slowDown] = [[], null];
    this.#stored.clear();
  }

  /** What another tab wrote, sent or dropped. */
  async reload(): Promise<void> {
    await this.#read();
    if (this.queue.some((item) => item.step === "waiting")) void this.flush();
  }

  async flush(): Promise<void> {
    if (this.live.line !== "open" || nextToSend(this.queue) === undefined) return;
    await exclusively("palier-send", async () => {
      await this.#read();
      for (let item = nextToSend(this.queue); item !== undefined && this.live.line === "open"; item = nextToSend(this.queue)) {
        if (!(await this.#send(item))) return;
      }
    });
  }

  async #read(): Promise<void> {
    const before = new Set(this.#stored);
    const stored = (await this.cache.queued())?.filter((item) => item.account === this.live.state.me?.account);
    if (stored === undefined) return; // nothing is known of it: what is in memory leaves
    this.queue = restored(this.queue, stored, before);
    this.#stored = new Set(stored.map((item) => item.key));
  }

  /** True when the next message may follow. */
  async #send(item: Queued): Promise<boolean> {
    this.#step(item, "sending");
    try {
      const ack = await this.live.command("message.post", payloadOf(item));
      if (!ack.ok) return await this.#declined(item, ack);
      this.slowDown = null;
      this.queue = accepted(this.queue, item.key, ack.message);
      await this.cache.dequeue(item.key);
      for (const other of this.queue) if ("replyTo" in other.where && other.where.replyTo === ack.message.id && other.step === "waiting") await this.cache.enqueue(other);
      this.tabs.postMessage("queue");
      return true;
    } catch (error) {
      if (!(error instanceof LineDown)) throw error;
      this.#step(item, "waiting"); // it may have arrived: the key makes the next try safe
      if (this.live.line === "open") this.live.restart();
      return false;
    }
  }

  async #declined(item: Queued, refusal: Refusal): Promise<boolean> {
    if (LATER_CODES.has(refusal.code)) {
      this.#step(item, "waiting");
      this.slowDown = refusal.message;
      clearTimeout(this.#again);
      this.#again = setTimeout(() => void this.flush(), 1000 * (refusal.retry_after ?? UNSAID_WAIT_S) + 50);
      return false;
    }
    this.queue = refused(this.queue, item.key, refusal);
    const now = this.queue.find((other) => other.key === item.key);
    if (now !== undefined) await this.#keep(now);
    return true;
  }

  #step(item: Queued, step: Queued["step"]): void {
    this.queue = this.queue.map((other) => (other.key === item.key ? { ...other, step } : other));
  }

  async #keep(item: Queued): Promise<void> {
    if (await this.cache.enqueue({ ...item, step: item.step === "sending" ? "waiting" : item.step })) this.#stored.add(item.key);
    this.tabs.postMessage("queue");
  }
}

async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  if (navigator.locks === undefined) return work();
  await navigator.locks.request(name, work);
}
