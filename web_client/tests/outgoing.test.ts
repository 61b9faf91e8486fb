import "fake-indexeddb/auto";
import { beforeEach, expect, test, vi } from "vitest";
import { Cache } from "../src/cache";
import type { Live } from "../src/live.svelte";
import { Outgoing } from "../src/rooms/outgoing.svelte";
import type { Queued } from "../src/rooms/queue";
import { LineDown } from "../src/socket";
import { apply } from "../src/state";
import type { MessagePost } from "../src/wire";
import { ME, message, posted, room } from "./factories";

const STREET = { to: "street", home: "street:a" } as const;
let cache: Cache;
let live: { line: string; state: ReturnType<typeof room>; command: (name: string, post: MessagePost) => Promise<unknown>; restart: () => void };
let outgoing: Outgoing;
let sent: string[];

beforeEach(() => {
  indexedDB = new IDBFactory();
  vi.stubGlobal("navigator", {});
  [cache, sent] = [new Cache(), []];
  live = {
    line: "closed", state: room(), restart: () => {},
    command: async (_name, { text }) => (sent.push(text), { ok: true, message: { ...message(sent.length, sent.length, "camille"), text } }),
  };
  outgoing = opened();
});

function opened(): Outgoing {
  const tabs = { addEventListener: () => {}, postMessage: () => {} };
  return new Outgoing(cache, live as unknown as Live, tabs as unknown as BroadcastChannel);
}

const texts = () => outgoing.queue.map((item) => item.text);

/** The next reading of the store waits, then gives what lay there when it was asked. */
function slowly(): () => void {
  let answer = () => {};
  const wait = new Promise<void>((done) => (answer = done));
  const queued = cache.queued.bind(cache);
  vi.spyOn(cache, "queued").mockImplementationOnce(async () => {
    const asked = await queued();
    await wait;
    return asked;
  });
  return () => answer();
}

test("what is written while the queue is read stays, and leaves", async () => {
  const answer = slowly();
  const reading = outgoing.reload();
  await outgoing.write("camille", "Pendant la lecture", STREET);
  answer();
  await reading;
  expect(texts()).toEqual(["Pendant la lecture"]);
  live.line = "open";
  await outgoing.flush();
  expect(sent).toEqual(["Pendant la lecture"]);
});

test("what another tab sent is not sent again", async () => {
  await outgoing.write("camille", "Une fois", STREET);
  const [item] = (await cache.queued()) as [Queued];
  await cache.dequeue(item.key);
  live.line = "open";
  await outgoing.flush();
  expect(sent).toEqual([]);
  expect(texts()).toEqual([]);
});

test("what left and is shown leaves the queue with the next words", async () => {
  live.line = "open";
  await outgoing.write("camille", "Bonjour", STREET);
  await vi.waitFor(() => expect(outgoing.queue).toMatchObject([{ step: "sent" }]));
  live.state = apply(live.state, posted(message(1, 1, "camille")));
  live.line = "closed";
  await outgoing.write("camille", "Bonsoir", STREET);
  expect(texts()).toEqual(["Bonsoir"]);
});

test("whoever signs in next finds nothing of the queue, its author all that did not leave", async () => {
  live.line = "open";
  await outgoing.write("camille", "Parti", STREET);
  await vi.waitFor(() => expect(outgoing.queue).toMatchObject([{ step: "sent" }]));
  live.line = "closed";
  await outgoing.write("camille", "Pas parti", STREET);
  outgoing.leave();
  expect(texts()).toEqual([]);
  live.state = { ...room(), me: { ...ME, account: "nadia" } };
  await outgoing.reload();
  expect(texts()).toEqual([]);
  live.state = room();
  outgoing.leave();
  await outgoing.reload();
  expect(texts()).toEqual(["Pas parti"]);
});

test.each(["nothing can be kept", "there is no store"])("words leave where %s", async (why) => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(cache, "enqueue").mockResolvedValue(false);
  if (why === "there is no store") vi.spyOn(cache, "queued").mockResolvedValue(null);
  await outgoing.write("camille", "Sans place", STREET);
  await outgoing.reload();
  expect(texts()).toEqual(["Sans place"]);
  live.line = "open";
  await outgoing.flush();
  expect(sent).toEqual(["Sans place"]);
});

test("a line that breaks leaves the message waiting, under its key", async () => {
  live.command = async () => {
    throw new LineDown();
  };
  live.line = "open";
  const key = await outgoing.write("camille", "Encore là", STREET);
  await vi.waitFor(() => expect(outgoing.queue).toMatchObject([{ key, step: "waiting" }]));
  const later = (outgoing = opened());
  await later.reload();
  expect(later.queue).toMatchObject([{ key, step: "waiting", account: ME.account }]);
});
