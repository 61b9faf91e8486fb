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

/** A device may keep nothing: a private window, no room left, a store that broke. Then null or false is given, and all else goes on from memory. */
export class Cache {
  #db: Promise<IDBPDatabase<Schema>> | null = null;

  /** Opens while the first view is built. */
  constructor() {
    void this.#use(() => Promise.resolve());
  }

  /** The last state kept here, with its alerts, and when it was kept. */
  async load(): Promise<{ state: State; at: number | null; book: Book; company: Company }> {
    const kept = await this.#use((db) => {
      const tx = db.transaction(["house", "threads"]);
      return Promise.all([tx.objectStore("house").get("house"), tx.objectStore("threads").getAll(), tx.done]);
    });
    const [house, threads] = kept ?? [];
    if (house === undefined || threads === undefined) return { state: EMPTY, at: null, book: NOTHING, company: ALONE };
    const byId = Object.fromEntries(threads.map((thread) => [thread.id, thread]));
    return { state: { ...EMPTY, me: house.me, topics: house.topics, threads: byId }, at: house.at, book: house.book ?? NOTHING, company: { ...ALONE, ...house.company } };
  }

  /** Keeps what changed since `before`: all of it, or false. */
  async save(before: State, after: State, now: number, book: Book = NOTHING, company: Company = ALONE): Promise<boolean> {
    const kept = new Set([...threadsOf(after, "street").slice(0, KEPT_THREADS), ...threadsOf(after, "neighbourhood").slice(0, KEPT_THREADS), ...Object.values(after.threads).filter(isFlat)]);
    const ids = new Set([...kept].map((thread) => thread.id));
    const topics = Object.fromEntries(Object.entries(after.topics).filter(([name]) => !after.stale.includes(name)));
    const saved = await this.#use((db) => {
      const tx = db.transaction(["house", "threads"], "readwrite");
      const threads = tx.objectStore("threads");
      return Promise.all([
        ...[...kept].filter((thread) => before.threads[thread.id] !== thread).map((thread) => threads.put(shortened(thread))),
        ...Object.keys(before.threads).filter((id) => !ids.has(id)).map((id) => threads.delete(id)),
        tx.objectStore("house").put({ me: after.me, topics, at: now, book, company }, "house"),
        tx.done,
      ]);
    });
    return saved !== null;
  }

  /** In the order of writing: keys are ULIDs. */
  async queued(): Promise<Queued[] | null> {
    return this.#use((db) => db.getAll("queue"));
  }

  async enqueue(item: Queued): Promise<boolean> {
    return (await this.#use((db) => db.put("queue", item))) !== null;
  }

  async dequeue(key: string): Promise<void> {
    await this.#use((db) => db.delete("queue", key));
  }

  /** The session ended by itself: what others wrote goes, what is not sent yet stays for its author. */
  async forgetRooms(): Promise<void> {
    await this.#use((db) => {
      const tx = db.transaction(["house", "threads"], "readwrite");
      return Promise.all([tx.objectStore("house").clear(), tx.objectStore("threads").clear(), tx.done]);
    });
  }

  /** This account signed out: nothing of it stays. What others on this device could not send yet is theirs. */
  async forget(account: string): Promise<void> {
    await this.forgetRooms();
    const own = (await this.queued())?.filter((item) => item.account === account) ?? [];
    await Promise.all(own.map((item) => this.dequeue(item.key)));
  }

  async #use<Kept>(work: (db: IDBPDatabase<Schema>) => Promise<Kept>): Promise<Kept | null> {
    try {
      this.#db ??= opened(() => (this.#db = null));
      const db = await this.#db;
      return await work(db);
    } catch (error) {
      console.warn("not kept on this device:", error);
      return null;
    }
  }
}

/** `onlost`: it is to be opened anew. */
async function opened(onlost: () => void): Promise<IDBPDatabase<Schema>> {
  try {
    return await openDB<Schema>("palier", 1, {
      upgrade(fresh) {
        fresh.createObjectStore("house");
        fresh.createObjectStore("threads", { keyPath: "id" });
        fresh.createObjectStore("queue", { keyPath: "key" });
      },
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        onlost();
      },
      terminated: onlost,
    });
  } catch (error) {
    onlost();
    throw error;
  }
}

function shortened(thread: Thread): Thread {
  if (thread.tail.length <= KEPT_ANSWERS) return thread;
  return { ...thread, tail: thread.tail.slice(-KEPT_ANSWERS), whole: false };
}
