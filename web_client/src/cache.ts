// What stays on this device: the last state of the rooms, alerts, what waits to be sent. The only
// importer of idb. Positions and the messages they cover are written in one transaction.

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { NOTHING, type Book } from "./alerts/book";
import type { Queued } from "./rooms/queue";
import { EMPTY, KEPT_ANSWERS, threadsOf, type State, type Thread, type Topic } from "./state";
import { ALONE, type Company } from "./company";
import { isFlat } from "./threads";
import type { Me } from "./wire";

type House = { me: Me | null; topics: Readonly<Record<string, Topic>>; at: number; book?: Book; company?: Company };

interface Schema extends DBSchema {
  house: { key: string; value: House };
  threads: { key: string; value: Thread };
  queue: { key: string; value: Queued };
}

const KEPT_THREADS = 50;

export class Cache {
  /** Opens while the first view is built. */
  #db: Promise<IDBPDatabase<Schema>> = openDB<Schema>("palier", 1, {
    upgrade(fresh) {
      fresh.createObjectStore("house");
      fresh.createObjectStore("threads", { keyPath: "id" });
      fresh.createObjectStore("queue", { keyPath: "key" });
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });

  /** The last state kept here, with its alerts, and when it was kept. */
  async load(): Promise<{ state: State; at: number | null; book: Book; company: Company }> {
    const tx = (await this.#db).transaction(["house", "threads"]);
    const [house, threads] = await Promise.all([tx.objectStore("house").get("house"), tx.objectStore("threads").getAll()]);
    if (house === undefined) return { state: EMPTY, at: null, book: NOTHING, company: ALONE };
    const byId = Object.fromEntries(threads.map((thread) => [thread.id, thread]));
    return { state: { ...EMPTY, me: house.me, topics: house.topics, threads: byId }, at: house.at, book: house.book ?? NOTHING, company: { ...ALONE, ...house.company } };
  }

  /** Keeps what changed since `before`. */
  async save(before: State, after: State, now: number, book: Book = NOTHING, company: Company = ALONE): Promise<void> {
    const tx = (await this.#db).transaction(["house", "threads"], "readwrite");
    const threads = tx.objectStore("threads");
    const kept = new Set([...threadsOf(after, "street").slice(0, KEPT_THREADS), ...threadsOf(after, "neighbourhood").slice(0, KEPT_THREADS), ...Object.values(after.threads).filter(isFlat)]);
    for (const thread of kept) if (before.threads[thread.id] !== thread) void threads.put(shortened(thread));
    const ids = new Set([...kept].map((thread) => thread.id));
    for (const id of Object.keys(before.threads)) if (!ids.has(id)) void threads.delete(id);
    const topics = Object.fromEntries(Object.entries(after.topics).filter(([name]) => !after.stale.includes(name)));
    void tx.objectStore("house").put({ me: after.me, topics, at: now, book, company }, "house");
    await tx.done;
  }

  async queued(): Promise<Queued[]> {
    return (await this.#db).getAll("queue"); // keys are ULIDs: in the order of writing
  }

  async enqueue(item: Queued): Promise<void> {
    await (await this.#db).put("queue", item);
  }

  async dequeue(key: string): Promise<void> {
    await (await this.#db).delete("queue", key);
  }

  /** The session ended by itself: what others wrote goes, what is not sent yet stays for its author. */
  async forgetRooms(): Promise<void> {
    const tx = (await this.#db).transaction(["house", "threads"], "readwrite");
    await Promise.all([tx.objectStore("house").clear(), tx.objectStore("threads").clear()]);
    await tx.done;
  }

  /** Nothing of anybody stays after signing out. */
  async forget(): Promise<void> {
    const tx = (await this.#db).transaction(["house", "threads", "queue"], "readwrite");
    await Promise.all([...tx.objectStoreNames].map((name) => tx.objectStore(name).clear()));
    await tx.done;
  }
}

function shortened(thread: Thread): Thread {
  if (thread.tail.length <= KEPT_ANSWERS) return thread;
  return { ...thread, tail: thread.tail.slice(-KEPT_ANSWERS), whole: false };
}
