import { describe, expect, test } from "vitest";
import { apply, EMPTY, headsHeard, inRoom, KEPT_ANSWERS, listed, messagesOf, positions, recalled, synced, threadsOf, trimmed, type State } from "../src/state";
import type { ConversationsAck, Event, HistoryAck } from "../src/wire";
import { message, posted, room, syncAck, topic, ulid } from "./factories";

const texts = (state: State, id = 1) => messagesOf(state.threads[ulid(id)]!).map((said) => said.seq);
const applyAll = (state: State, events: Event[]) => events.reduce(apply, state);

describe("live events", () => {
  test("open a conversation and answer in it", () => {
    const state = applyAll(room(), [posted(message(1)), posted(message(2, 1)), posted(message(3, 1))]);
    expect(texts(state)).toEqual([1, 2, 3]);
    expect(state.threads[ulid(1)]?.replies).toBe(2);
    expect(state.topics["street:a"]?.last).toBe(3);
  });

  test("a repeated event changes nothing", () => {
    const state = applyAll(room(), [posted(message(1)), posted(message(2, 1))]);
    expect(apply(state, posted(message(2, 1)))).toBe(state);
  });

  test("an event that comes early waits for the one before it, and asks for a sync", () => {
    const early = applyAll(room(), [posted(message(1)), posted(message(3, 1))]);
    expect(texts(early)).toEqual([1]);
    expect(early.behind).toBe(true);
    expect(texts(apply(early, posted(message(2, 1))))).toEqual([1, 2, 3]);
  });

  test("every order of arrival ends in the same conversation", () => {
    const events = [1, 2, 3, 4].map((seq) => posted(message(seq, 1)));
    for (const order of permutations(events)) {
      const state = applyAll(room(), order);
      expect(texts(state)).toEqual([1, 2, 3, 4]);
      expect(state.held).toEqual({});
      expect(state.topics["street:a"]?.unread).toBe(4);
    }
  });

  test("events of a topic not known yet wait for the sync that names it", () => {
    const before = apply(EMPTY, posted(message(3, 1)));
    const state = synced(before, syncAck([topic("street:a", 2)]));
    expect(state.topics["street:a"]?.last).toBe(3);
  });

  test("an event of another numbering is not applied", () => {
    const state = apply(room(), { ...posted(message(1)), epoch: "other" });
    expect(state.threads).toEqual({});
    expect(state.behind).toBe(true);
  });

  test("a deletion takes the words away and no longer counts as unread", () => {
    const before = applyAll(room(), [posted(message(1)), posted(message(2, 1))]);
    const gone = { ...message(2, 1), text: "", deleted: true };
    const state = apply(before, { ...posted(gone), kind: "message.deleted", seq: 3 } as unknown as Event);
    expect(messagesOf(state.threads[ulid(1)]!)[1]?.text).toBe("");
    expect(state.topics["street:a"]?.unread).toBe(1);
  });

  test("an event of a kind this client does not know only moves the position", () => {
    const state = apply(room(), { kind: "weather.changed", topic: "street:a", epoch: "e", seq: 1, at: "" } as unknown as Event);
    expect(state.topics["street:a"]?.last).toBe(1);
  });

  test("reading on another device empties the count here", () => {
    const before = applyAll(room(), [posted(message(1)), posted(message(2, 1))]);
    const withAccount = { ...before, topics: { ...before.topics, "account:camille": { ...before.topics["street:a"]!, topic: "account:camille", view: "account" as const, last: 0 } } };
    const state = apply(withAccount, { kind: "account.changed", topic: "account:camille", epoch: "e", seq: 1, at: "", me: before.me!, read: { "street:a": ["e", 1] } });
    expect(state.topics["street:a"]).toMatchObject({ read: 1, unread: 1 });
  });
});

describe("sync", () => {
  test("replays what was missed without counting it twice", () => {
    const before = applyAll(room(), [posted(message(1))]);
    const state = synced(before, syncAck([topic("street:a", 3, 0, 3)], [posted(message(2, 1)), posted(message(3, 1))]));
    expect(texts(state)).toEqual([1, 2, 3]);
    expect(state.topics["street:a"]?.unread).toBe(3);
    expect(apply(state, posted(message(3, 1)))).toBe(state);
  });

  test("a topic too far behind is listed anew, its old words are not trusted", () => {
    const before = applyAll(room(), [posted(message(1)), posted(message(2, 1))]);
    const state = synced(before, syncAck([topic("street:a", 900)], [], ["street:a"]));
    expect(state.stale).toEqual(["street:a"]);
    expect(positions(state)).toEqual({});
    const ack: ConversationsAck = { conversations: [{ message: message(800), replies: 1, last: [message(900, 800)], last_at: message(900).at }], more: null };
    const anew = listed(state, "street", ack, false);
    expect(Object.keys(anew.threads)).toEqual([ulid(800)]);
    expect(positions(anew)).toEqual({ "street:a": ["e", 900] });
  });

  test("rooms whose right is gone leave nothing behind", () => {
    const before = applyAll(room(), [posted(message(1))]);
    expect(synced(before, syncAck([topic("neighbourhood:b", 0)])).threads).toEqual({});
  });

  test("a head beyond what was heard asks for a sync, the same head does not", () => {
    const state = applyAll(room(), [posted(message(1))]);
    expect(headsHeard(state, { "street:a": ["e", 1] })).toBe(state);
    expect(headsHeard(state, { "street:a": ["e", 2] }).behind).toBe(true);
    expect(headsHeard(state, { "street:a": ["f", 1] }).behind).toBe(true);
  });
});

describe("lists and pages", () => {
  const page = (replies: number, ...last: number[]): ConversationsAck =>
    ({ conversations: [{ message: message(1), replies, last: last.map((seq) => message(seq, 1)), last_at: message(last.at(-1) ?? 1).at }], more: null });

  test("a list that is ahead of the live events counts no answer twice", () => {
    const state = listed(room(4), "street", page(5, 5, 6), false);
    expect(applyAll(state, [posted(message(5, 1)), posted(message(6, 1)), posted(message(7, 1))]).threads[ulid(1)]?.replies).toBe(6);
  });

  test("pages of history join the tail without a hole", () => {
    const listedState = listed(room(10), "street", page(9, 9, 10), false);
    expect(listedState.threads[ulid(1)]?.whole).toBe(false);
    const newest = recalled(listedState, ulid(1), history([6, 7, 8, 9, 10], true), null);
    const older = recalled(newest, ulid(1), history([1, 2, 3, 4, 5], false), ulid(6));
    expect(texts(older)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(older.threads[ulid(1)]).toMatchObject({ whole: true, replies: 9 });
    const shuffled = recalled(newest, ulid(1), history([4, 2, 5, 3, 1], false), ulid(6));
    expect(texts(shuffled)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("a page that no longer touches the tail is dropped", () => {
    const state = recalled(room(10), ulid(1), history([9, 10], true), null);
    expect(recalled(state, ulid(1), history([2, 3], true), ulid(5))).toBe(state);
  });

  test("conversations stand by their last activity", () => {
    const state = applyAll(room(), [posted(message(1)), posted(message(2)), posted(message(3, 1))]);
    expect(threadsOf(state, "street").map((thread) => thread.id)).toEqual([ulid(1), ulid(2)]);
  });

  test("a small street shares the neighbourhood", () => {
    const state = synced(EMPTY, syncAck([topic("neighbourhood:b", 0)]));
    expect(inRoom(state, "neighbourhood:b", "street")).toBe(false);
    const small = { ...state, me: { ...state.me!, street_is_neighbourhood: true } };
    expect(inRoom(small, "neighbourhood:b", "street")).toBe(true);
  });

  test("a conversation off the screen gives its memory back", () => {
    const events = Array.from({ length: 300 }, (_, index) => posted(message(index + 1, 1)));
    const state = trimmed(applyAll(room(), events), null);
    expect(state.threads[ulid(1)]?.tail).toHaveLength(KEPT_ANSWERS);
    expect(state.threads[ulid(1)]?.whole).toBe(false);
    expect(trimmed(applyAll(room(), events), ulid(1)).threads[ulid(1)]?.tail).toHaveLength(299);
  });
});

function history(seqs: number[], more: boolean): HistoryAck {
  return { messages: seqs.map((seq) => message(seq, 1)), more };
}

function permutations<Item>(items: Item[]): Item[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
