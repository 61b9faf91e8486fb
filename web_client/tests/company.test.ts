import { expect, test } from "vitest";
import { ALONE, choiceFor, gathered, isMuted, met } from "../src/company";
import { standing } from "../src/reactions";
import { apply, emptied, learnt, recalled } from "../src/state";
import { isFlat, messagesOf } from "../src/threads";
import type { Direct, Event, Group, Message } from "../src/wire";
import { message, posted, room, syncAck, topic, ulid } from "./factories";
import { synced, EMPTY } from "../src/state";

const GROUP: Group = {
  id: ulid(1), topic: "group:1", name: "Guitare", about: "", category: "Musique", access: "open", reach: "neighbourhood", slow_s: 0, members: 2,
  created_at: "2026-11-23T09:00:00.000Z", version: 1, mine: "member", waiting: null,
};
const DIRECT: Direct = { topic: "direct:1", other: { account: "nadia", name: "Nadia", level: "postcard" }, state: "request", alert: null, last_at: "2026-11-23T09:00:00.000Z" };
const onAccount = (kind: string, about: string, more: object) => ({ kind, topic: "account:camille", epoch: "e", seq: 1, at: "", about, ...more }) as unknown as Event;

function chat(seq: number, more: Partial<Message> = {}): Message {
  return { ...message(seq, seq, "nadia", "group:1"), conversation: null, ...more };
}

function inGroup() {
  return synced(EMPTY, syncAck([topic("group:1", 0)]));
}

test("a flat chat is kept under its topic, counted and read back", () => {
  const state = [posted(chat(1)), posted(chat(2))].reduce(apply, inGroup());
  const thread = state.threads["group:1"];
  expect(thread && isFlat(thread)).toBe(true);
  expect(thread && messagesOf(thread).map((one) => one.seq)).toEqual([1, 2]);
  expect(state.topics["group:1"]?.unread).toBe(2);
  const older = recalled(inGroup(), "group:1", { messages: [chat(1), chat(2)], more: false }, null);
  expect(older.threads["group:1"]).toMatchObject({ topic: "group:1", whole: true });
});

test("which reactions are mine is kept from events that say the same to all", () => {
  const start = [posted(message(1)), posted(message(2, 1))].reduce(apply, room());
  const given = { kind: "reaction.changed", topic: "street:a", epoch: "e", at: "", id: ulid(1), conversation: ulid(1) };
  const mine = apply(start, { ...given, seq: 3, reactions: { heart: 1 }, by: "camille", given: ["heart"] } as Event);
  const both = apply(mine, { ...given, seq: 4, reactions: { heart: 2 }, by: "nadia", given: ["heart"] } as Event);
  const opening = both.threads[ulid(1)]?.opening;
  expect(opening && standing(opening)).toEqual([{ reaction: "heart", count: 2, mine: true }]);
  const edited = apply(both, { kind: "message.edited", topic: "street:a", epoch: "e", seq: 5, at: "", message: { ...message(1), reactions: { heart: 2 }, text: "Mieux dit", version: 2 } });
  expect(edited.threads[ulid(1)]?.opening).toMatchObject({ text: "Mieux dit", mine: ["heart"] });
  expect(edited.topics["street:a"]?.unread).toBe(both.topics["street:a"]?.unread);
  const taken = learnt(edited, { ...message(1), reactions: { heart: 1 }, mine: [] });
  expect(taken.threads[ulid(1)]?.opening?.mine).toEqual([]);
});

test("my part in a group is kept when all hear of it", () => {
  const company = gathered(ALONE, { ...syncAck([]), groups: [GROUP], directs: [DIRECT] });
  const told = met(company, { kind: "group.changed", topic: "group:1", epoch: "e", seq: 2, at: "", about: "group:1", group: { ...GROUP, name: "Guitares", mine: null, version: 2 } });
  expect(told.groups["group:1"]).toMatchObject({ name: "Guitares", mine: "member" });
  const left = met(told, onAccount("group.changed", "group:1", { group: null }));
  expect(left.groups).toEqual({});
  const accepted = met(left, onAccount("direct.changed", "direct:1", { direct: { ...DIRECT, state: "open" } }));
  expect(accepted.directs["direct:1"]?.state).toBe("open");
});

test("a muted room is known as such", () => {
  const rooms = { street: { level: "nothing", snoozed_until: null } };
  expect(isMuted(met(ALONE, onAccount("prefs.changed", "", { prefs: { rooms } })), "street")).toBe(true);
});

test("who arrived and who wished me welcome are kept once each, those missed too, and names taken back are not", () => {
  const nadia = { account: "nadia", name: "Nadia B.", level: "postcard" } as const;
  const said = (seq: number, kind: string, more: object) => ({ kind, topic: "t", epoch: "e", seq, at: `2026-11-23T09:00:0${seq}.000Z`, ...more }) as unknown as Event;
  const live = [said(1, "member.arrived", { member: nadia }), said(2, "member.arrived", { member: nadia }), said(3, "member.arrived", { member: null })].reduce(met, ALONE);
  expect(live.arrivals).toEqual([{ member: nadia, at: "2026-11-23T09:00:02.000Z", welcomed: false }]);
  const back = gathered(live, syncAck([], [said(4, "member.welcomed", { by: nadia }), said(5, "member.welcomed", { by: null })]));
  expect(back.welcomes).toEqual([{ by: nadia, at: "2026-11-23T09:00:04.000Z" }]);
});

test("another home starts without the arrivals and welcomes of the one before", () => {
  const nadia = { account: "nadia", name: "Nadia B.", level: "postcard" } as const;
  const at = "2026-11-23T09:00:00.000Z";
  const before = { ...gathered(ALONE, syncAck([])), arrivals: [{ member: nadia, at, welcomed: false }], welcomes: [{ by: nadia, at }] };
  expect(gathered(before, syncAck([]))).toMatchObject({ arrivals: before.arrivals, welcomes: before.welcomes });
  const ack = syncAck([]);
  expect(gathered(before, { ...ack, me: { ...ack.me, home: "street:elsewhere" } })).toMatchObject({ home: "street:elsewhere", arrivals: [], welcomes: [] });
});

test("a conversation without its own choice follows the nearest room that has one", () => {
  const choice = (level: "all" | "nothing", snoozed_until: string | null = null) => ({ level, snoozed_until });
  const company = { ...ALONE, directs: { "direct:1": DIRECT }, rooms: { street: choice("nothing", "2026-11-23T10:00:00.000Z"), kept: choice("all") } };
  expect(choiceFor(company, ulid(1), ["street"])).toEqual(choice("nothing"));
  expect(choiceFor(company, ulid(1), ["neighbourhood", "street"])).toEqual(choice("nothing"));
  expect(choiceFor(company, "kept", ["street"])).toEqual(choice("all"));
  expect(choiceFor(company, "direct:1", [""])).toEqual(choice("all"));
  expect(choiceFor(company, ulid(1), ["neighbourhood"]).level).toBe("mentions");
});

test("a quote shows its message as it stands now", () => {
  const quote = { id: ulid(1), author: chat(1).author, text: "words 1", deleted: false };
  const start = [posted(chat(1)), posted(chat(2, { quote }))].reduce(apply, inGroup());
  const gone = apply(start, { kind: "message.deleted", topic: "group:1", epoch: "e", seq: 3, at: "", message: chat(1, { text: "", deleted: true, version: 2 }) });
  expect(gone.threads["group:1"]?.tail[1]?.quote).toMatchObject({ text: "", deleted: true });
});

test("a chat read before its topic was followed is asked for again", () => {
  const early = recalled(EMPTY, "group:1", { messages: [], more: false }, null);
  const held = apply(early, posted(chat(1)));
  const now = synced(held, syncAck([topic("group:1", 1)]));
  expect(now.stale).toEqual(["group:1"]);
  expect(emptied(now)).toMatchObject({ stale: [], threads: {} });
});
