import { expect, test } from "vitest";
import { caughtUpWithEyes, firstUnread, news, pointersMoved, saw, unreadIn } from "../src/reading";
import { apply, EMPTY, listed, recalled, synced, type State } from "../src/state";
import { message, posted, room, syncAck, topic, ulid } from "./factories";

const start = () => [posted(message(1)), posted(message(2)), posted(message(3, 1)), posted(message(4, 2))].reduce(apply, room());
const read = (state: State) => state.topics["street:a"]?.read;

test("my own words are never new to me", () => {
  expect(unreadIn(apply(room(), posted(message(1, 1, "camille"))), "street")).toBe(0);
});

test("the pointer moves only over messages that were all shown", () => {
  const one = saw(start(), ulid(1), 3);
  expect([read(one), unreadIn(one, "street")]).toEqual([1, 2]);
  const both = saw(one, ulid(2), 4);
  expect([read(both), unreadIn(both, "street")]).toEqual([4, 0]);
});

test("the pointer stays before an unread message that is not here", () => {
  const state = synced(room(), syncAck([topic("street:a", 40, 0, 40)]));
  expect(read(saw(state, ulid(1), 3))).toBe(0);
});

test("seeing the same again changes nothing, and pointers never go back", () => {
  const state = saw(start(), ulid(1), 3);
  expect(saw(state, ulid(1), 3)).toBe(state);
  expect(saw(state, ulid(1), 1)).toBe(state);
});

test("what was seen here out of order is not unread again after a sync", () => {
  const state = saw(start(), ulid(2), 4);
  const again = synced(state, syncAck([topic("street:a", 4, 0, 4)]));
  expect(unreadIn(again, "street")).toBe(2);
});

test("what was shown ahead of the first sync moves the pointer with it", () => {
  const shown = saw(recalled(EMPTY, ulid(1), { messages: [message(1), message(2, 1)], more: false }, null), ulid(1), 2);
  const state = caughtUpWithEyes(synced(shown, syncAck([topic("street:a", 2, 0, 2)])));
  expect([read(state), unreadIn(state, "street")]).toEqual([2, 0]);
});

test("after a restore nothing is read by the numbers of before", () => {
  const restored = { ...topic("street:a", 3, 0, 1), epoch: "f" };
  const again = caughtUpWithEyes(synced(saw(start(), ulid(2), 4), syncAck([restored])));
  const page = { conversations: [{ message: message(2), replies: 1, last: [message(3, 2)], last_at: message(3, 2).at }], more: null };
  const state = caughtUpWithEyes(synced(listed(again, "street", page, false), syncAck([restored])));
  expect([read(state), unreadIn(state, "street")]).toEqual([0, 1]);
  expect(news(state, state.threads[ulid(2)]!).count).toBe(1);
});

test("a card tells how many answers are new", () => {
  const state = start();
  expect(news(state, state.threads[ulid(1)]!)).toEqual({ count: 1, more: false });
  expect(firstUnread(state, state.threads[ulid(1)]!)).toBe(ulid(1));
});

test("only pointers that moved are told to the server", () => {
  const state = saw(saw(start(), ulid(1), 3), ulid(2), 4);
  expect(pointersMoved({ "street:a": 0 }, state)).toEqual({ "street:a": ["e", 4] });
  expect(pointersMoved({ "street:a": 4 }, state)).toEqual({});
});
