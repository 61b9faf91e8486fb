import { expect, test } from "vitest";
import { ALONE, gathered, withMembers } from "../src/company";
import { isWrittenTo } from "../src/direct/opening";
import { mentionsIn, soughtAt, withName } from "../src/rooms/mentions";
import { peopleOf } from "../src/rooms/people";
import { EMPTY, synced } from "../src/state";
import type { Author, Direct, Group, GroupMember } from "../src/wire";
import { syncAck, topic } from "./factories";

const one = (account: string, name = account): Author => ({ account, name, level: "postcard" });
const GROUP = { topic: "group:1", name: "Compost", mine: "member" } as Group;
const member = (account: string, standing: GroupMember["standing"] = "member"): GroupMember => ({ member: one(account), standing, since: "" });

test("the name at the caret is looked for, wherever it stands", () => {
  expect(soughtAt("Merci @Na", 9)).toBe("Na");
  expect(soughtAt("Merci @ et à jeudi", 7)).toBe("");
  expect(soughtAt("Merci @Na et à jeudi", 8)).toBe("N");
  expect(soughtAt("Merci @Na et à jeudi", 12)).toBeNull();
  expect(soughtAt("ecrire@exemple", 14)).toBeNull();
});

test("a name takes the place of the word at the caret, or stands at the caret", () => {
  expect(withName("Merci @Na et à jeudi", 8, "Nadia B.")).toEqual({ text: "Merci @Nadia B. et à jeudi", caret: 16 });
  expect(withName("Merci", 5, "Nadia B.")).toEqual({ text: "Merci @Nadia B. ", caret: 16 });
  expect(withName("Merci @Nadia B. !", 9, "Nadia B.")).toEqual({ text: "Merci @Nadia B. !", caret: 16 });
  expect(withName("à ecrire@exemple", 8, "Paul")).toEqual({ text: "à ecrire @Paul @exemple", caret: 15 });
});

test("who is named is read from the words: the longer name, the one that was picked", () => {
  const people = [one("a", "Nadia"), one("b", "Nadia B."), one("c", "Paul"), one("d", "Paul")];
  const named = (text: string, ...picked: Author[]) => mentionsIn(text, people, picked).map(({ account }) => account);
  expect(named("Merci @Nadia B. !")).toEqual(["b"]);
  expect(named("@Nadia, et @Nadia B.")).toEqual(["a", "b"]);
  expect(named("@Nadiane")).toEqual([]);
  expect(named("@Paul")).toEqual(["c", "d"]);
  expect(named("@Paul", one("d", "Paul"))).toEqual(["d"]);
  expect(named("Paul", one("d", "Paul"))).toEqual([]);
});

test("members and the other of two may be named before they wrote; who is blocked or at the door may not", () => {
  const state = synced(EMPTY, syncAck([topic("group:1", 0)]));
  const direct: Direct = { topic: "direct:1", other: one("nadia"), state: "open", alert: null, last_at: "" };
  const page = { group: GROUP, members: [member("camille"), member("paul"), member("ines", "owner"), member("zoe", "asked"), member("max")], more: false };
  const company = { ...withMembers(ALONE, page, { first: true }), directs: { "direct:1": direct }, blocked: [one("max")] };
  const named = (room: string) => peopleOf(state, room, company).map(({ account }) => account);
  expect(named("group:1")).toEqual(["ines", "paul"]);
  expect(named("direct:1")).toEqual(["nadia"]);
  expect(named("group:2")).toEqual([]);
});

test("the list of a group comes in pages and goes with the group", () => {
  const first = withMembers(ALONE, { group: GROUP, members: [member("paul")], more: true }, { first: true });
  const both = withMembers(first, { group: GROUP, members: [member("zoe")], more: false }, { first: false });
  expect(both.members["group:1"]?.map(({ account }) => account)).toEqual(["paul", "zoe"]);
  expect(withMembers(both, { group: { ...GROUP, mine: null }, members: [], more: false }, { first: true }).members).toEqual({});
  expect(gathered(both, { ...syncAck([]), groups: [GROUP] }).members).toEqual(both.members);
  expect(gathered(both, syncAck([])).members).toEqual({});
});

test("one writes to other people who are still here", () => {
  expect(isWrittenTo(one("nadia"), "camille")).toBe(true);
  expect(isWrittenTo(one("camille"), "camille")).toBe(false);
  expect(isWrittenTo(one(""), "camille")).toBe(false);
  expect(isWrittenTo({ ...one("mairie"), level: "organisation" }, "camille")).toBe(false);
});
