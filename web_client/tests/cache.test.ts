import "fake-indexeddb/auto";
import { forceCloseDatabase } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NOTHING } from "../src/alerts/book";
import { Cache } from "../src/cache";
import { written } from "../src/rooms/queue";
import { apply, EMPTY } from "../src/state";
import type { Alert } from "../src/wire";
import { message, posted, room, ulid } from "./factories";

let cache: Cache;
beforeEach(() => {
  indexedDB = new IDBFactory();
  cache = new Cache();
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => void vi.restoreAllMocks());

test("the rooms come back as they were, with their positions", async () => {
  const state = [posted(message(1)), posted(message(2, 1))].reduce(apply, room());
  await cache.save(EMPTY, state, 77);
  const back = await cache.load();
  expect(back.at).toBe(77);
  expect(back.state).toEqual({ ...state, behind: false });
});

test("only what changed is written again, and what is gone goes", async () => {
  const one = apply(room(), posted(message(1)));
  await cache.save(EMPTY, one, 1);
  await cache.save(one, { ...one, threads: {} }, 2);
  expect((await cache.load()).state.threads).toEqual({});
});

test("a topic to be listed anew is not kept as known", async () => {
  const state = { ...apply(room(), posted(message(1))), stale: ["street:a"] };
  await cache.save(EMPTY, state, 1);
  expect((await cache.load()).state.topics).toEqual({});
});

test("what waits comes back in the order of writing", async () => {
  for (const key of ["03", "01", "02"]) await cache.enqueue(written(key, "camille", key, { replyTo: ulid(1) }, 0));
  expect((await cache.queued())?.map((item) => item.key)).toEqual(["01", "02", "03"]);
});

test("a session that ends keeps unsent words, signing out keeps those of others alone", async () => {
  await cache.save(EMPTY, apply(room(), posted(message(1))), 1);
  await cache.enqueue(written("01", "camille", "Bonjour", { replyTo: ulid(1) }, 0));
  await cache.forgetRooms();
  expect((await cache.load()).state.me).toBeNull();
  expect(await cache.queued()).toHaveLength(1);
  await cache.enqueue(written("02", "nadia", "Bonsoir", { replyTo: ulid(1) }, 0));
  await cache.forget("camille");
  expect((await cache.queued())?.map((item) => item.text)).toEqual(["Bonsoir"]);
  await cache.forget("nadia");
  expect(await cache.queued()).toEqual([]);
});

test("alerts come back too, and go with the session", async () => {
  const state = apply(room(), posted(message(1)));
  const book = { ...NOTHING, alerts: { a: { id: "a" } as Alert } };
  await cache.save(EMPTY, state, 1, book);
  expect((await cache.load()).book).toEqual(book);
  await cache.forgetRooms();
  expect((await cache.load()).book).toEqual(NOTHING);
});

test("a browser without a store keeps nothing and goes on", async () => {
  vi.stubGlobal("indexedDB", undefined);
  const none = new Cache();
  expect((await none.load()).state).toBe(EMPTY);
  expect(await none.save(EMPTY, room(), 1)).toBe(false);
  expect(await none.enqueue(written("01", "camille", "Bonjour", { replyTo: ulid(1) }, 0))).toBe(false);
  expect(await none.queued()).toBeNull();
  await Promise.all([none.dequeue("01"), none.forgetRooms(), none.forget("camille")]);
  vi.unstubAllGlobals();
});

test("what finds no room is not kept, and that is said", async () => {
  await cache.save(EMPTY, room(), 1);
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    const request = put.call(this, value, key);
    if (this.name === "house") this.transaction.abort(); // as a full disk does
    return request;
  });
  expect(await cache.save(room(), apply(room(), posted(message(1))), 2)).toBe(false);
  const { state, at } = await cache.load();
  expect([at, state.threads]).toEqual([1, {}]);
});

test("a store that the browser closed is opened again", async () => {
  const opened: IDBDatabase[] = [];
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementation((...asked) => {
    const request = open(...asked);
    request.addEventListener("success", () => opened.push(request.result));
    return request;
  });
  cache = new Cache();
  const item = written("01", "camille", "Bonjour", { replyTo: ulid(1) }, 0);
  await cache.enqueue(item);
  for (const db of opened) forceCloseDatabase(db as never);
  await vi.waitFor(async () => expect(await cache.queued()).toEqual([item]));
});
