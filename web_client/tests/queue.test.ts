import { expect, test } from "vitest";
import { newUlid } from "../src/ids";
import { accepted, answersTo, nextToSend, openingsTo, payloadOf, pending, refused, restored, retried, written, type Queued } from "../src/rooms/queue";
import { apply } from "../src/state";
import { message, posted, room, ulid } from "./factories";

const KEYS = ["A", "B", "C"];
const opening = written("A", "camille", "Bonjour", { to: "street", home: "street:a" }, 1);
const answer = written("B", "camille", "Encore moi", { replyTo: "A" }, 2);
const step = (item: Queued, to: Queued["step"]): Queued => ({ ...item, step: to });

test("messages leave in the order they were written", () => {
  const queue = KEYS.map((key, index) => written(key, "camille", key, { to: "street", home: "h" }, index));
  expect(nextToSend(queue)?.key).toBe("A");
  expect(nextToSend([step(queue[0]!, "sent"), ...queue.slice(1)])?.key).toBe("B");
});

test("an answer waits for its opening, then knows its id", () => {
  expect(nextToSend([step(opening, "refused"), answer])).toBeUndefined();
  const after = accepted([opening, answer], "A", message(7, 7, "camille"));
  expect(nextToSend(after)?.where).toEqual({ replyTo: ulid(7) });
  expect(payloadOf(after[1]!)).toEqual({ key: "B", text: "Encore moi", reply_to: ulid(7) });
});

test("an opening carries the home it was written under", () => {
  expect(payloadOf(opening)).toEqual({ key: "A", text: "Bonjour", to: "street", home: "street:a" });
});

test("a sent message stays in sight until the room shows it", () => {
  const sent = accepted([opening], "A", message(1, 1, "camille"));
  expect(pending(sent, room())).toHaveLength(1);
  expect(pending(sent, apply(room(), posted(message(1, 1, "camille"))))).toHaveLength(0);
});

test("a sent message is not shown again when the room gives its place back", () => {
  const sent = accepted([answer], "B", message(2, 1, "camille"));
  const shown = [posted(message(1)), posted(message(2, 1, "camille"))].reduce(apply, room());
  expect(pending(sent, room())).toHaveLength(1);
  expect(pending(sent, { ...shown, threads: {} })).toEqual([]);
});

test("my words that come back before their ack are shown once", () => {
  const mine = { ...message(1, 1, "camille"), text: "Bonjour" };
  const queue = [step({ ...opening, at: mine.at }, "sending")];
  expect(pending(queue, apply(room(), posted(mine)))).toHaveLength(0);
});

test("after a refusal the words stay, with their reason", () => {
  const [item] = refused([opening], "A", { ok: false, code: "moved", message: "Relisez." });
  expect(item).toMatchObject({ step: "refused", text: "Bonjour", refusal: { code: "moved", message: "Relisez." } });
  expect(nextToSend([item!])).toBeUndefined();
});

test("trying again after a move goes to the new home, under the same key", () => {
  const [item] = refused([opening], "A", { ok: false, code: "moved", message: "" });
  expect(payloadOf(retried(item!, "street:z", "NEW"))).toMatchObject({ key: "A", home: "street:z" });
});

test("trying again after a used key takes a new one", () => {
  const [item] = refused([opening], "A", { ok: false, code: "key_reused", message: "" });
  expect(retried(item!, "street:a", "NEW").key).toBe("NEW");
});

test("what was written, sent or dropped while the store was read stands against its old answer", () => {
  const [one, two, three] = KEYS.map((key, index) => written(key, "camille", key, { to: "street", home: "h" }, index)) as [Queued, Queued, Queued];
  const keys = (queue: readonly Queued[]) => queue.map((item) => item.key + (item.step === "sent" ? "!" : ""));
  expect(keys(restored([one, two], [one], new Set("A")))).toEqual(["A", "B"]); // B was written
  expect(keys(restored([step(one, "sent"), two], [one, two], new Set("AB")))).toEqual(["A!", "B"]);
  expect(keys(restored([two], [one, two], new Set("AB")))).toEqual(["B"]); // A was dropped
  expect(keys(restored([one, two], [two, three], new Set("AB")))).toEqual(["B", "C"]); // another tab sent A and wrote C
});

test("openings and answers are shown where they were written", () => {
  expect(openingsTo([opening, answer], "street")).toEqual([opening]);
  expect(openingsTo([opening, answer], "neighbourhood")).toEqual([]);
  expect(answersTo([opening, answer], "A")).toEqual([answer]);
});

test("keys are ULIDs that sort by the moment of writing", () => {
  const keys = [1, 2, 1_000, Date.now()].map(newUlid);
  expect(keys).toEqual(keys.toSorted());
  for (const key of keys) expect(key).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
});
