import { expect, test } from "vitest";
import { byConversation, heard, foremost, inSight, listed, news, NOTHING, opened, type Book } from "../src/alerts/book";
import { boxOf, centreOf, circleRound } from "../src/alerts/cells";
import { parse } from "../src/alerts/streets";
import { alertWords } from "../src/alerts/words";
import { endOf, factsOf, headlineOf, outcomesOf } from "../src/alerts/ending";
import { polygonOf } from "../src/alerts/cells";
import { countdown, nextTime } from "../src/alerts/dates";
import { said, typed } from "../src/alerts/draft.svelte";
import { FIRST, mayRaise, OTHERS } from "../src/alerts/kinds";
import { spokenOf } from "../src/alerts/spoken";
import { fr } from "../src/words/fr";
import type { ScreenName } from "../src/routes";
import type { Alert, Announcement, Event, Sighting } from "../src/wire";
import { syncAck, ulid } from "./factories";

const NOW = Date.parse("2026-11-23T12:00:00.000Z");

function alert(n: number, more: Partial<Alert> = {}): Alert {
  return {
    id: ulid(n), kind: "lost_cat", severity: "minor", urgency: "high", state: "active", version: 1, author: { account: "a", name: "Camille L.", level: "postcard" }, organisation: null,
    title: "Moustache a disparu", body: "", occurred_at: "2026-11-23T11:00:00.000Z", area: { cell: "gbwc9z1", radius_m: 500, cells: null }, details: { name: "Moustache" }, photos: [],
    raised_at: `2026-11-23T11:00:0${n}.000Z`, updated_at: "2026-11-23T11:00:00.000Z", expires_at: "2026-11-30T11:00:00.000Z", closed_at: null, outcome: null, thanks: [], conversation: null,
    confirms: 0, disputes: 0, sightings: [], matches: [], ...more,
  };
}

function told(what: Alert, more: object = {}): Event {
  return { kind: "alert.updated", topic: "area:gbwc9", epoch: "e", seq: 1, at: what.updated_at, alert: what, ...more } as Event;
}

const open = (...alerts: Alert[]): Book => opened(NOTHING, { ...syncAck([]), alerts }, NOW);

test("an event heard twice, or late, changes nothing", () => {
  const newer = heard(open(alert(1)), told(alert(1, { version: 3, title: "Moustache, roux" })));
  expect(heard(newer, told(alert(1, { version: 2, title: "?" })))).toEqual(newer);
  expect(listed(newer, NOW).map((one) => one.title)).toEqual(["Moustache, roux"]);
});

test("life comes first, then the newest, then what ended", () => {
  const book = open(alert(1), alert(2, { severity: "life", kind: "danger_now" }), alert(3), alert(4, { state: "resolved", outcome: "home" }));
  expect(listed(book, NOW).map((one) => one.id)).toEqual([2, 3, 1, 4].map(ulid));
  expect(foremost(book, NOW)?.id).toBe(ulid(2));
});

test("a page shows what stands on it: one above a room, one of its own, all around or on a desk", () => {
  const book = open(alert(1), alert(2, { severity: "life", kind: "danger_now" }));
  const shown = (screen: ScreenName, wide = false, id = "") => inSight(book, { screen, id, room: "street" }, wide, NOW).map((one) => one.id);
  expect(shown("street")).toEqual([ulid(2)]);
  expect(shown("alertPage", false, ulid(1))).toEqual([ulid(1)]);
  expect(shown("around")).toEqual([ulid(2), ulid(1)]);
  expect(shown("notifications")).toEqual([]);
  expect(shown("conversation")).toEqual([]);
  expect(shown("notifications", true)).toEqual([ulid(2), ulid(1)]);
});

test("a conversation is known for the alert it is about", () => {
  const book = open(alert(1, { conversation: ulid(7) }), alert(2), alert(3, { conversation: ulid(8), state: "removed" }));
  expect([...byConversation(book)].map(([conversation, about]) => [conversation, about.id])).toEqual([[ulid(7), ulid(1)]]);
});

test("an alert leaves the lists when its time is over, before anybody says so", () => {
  const book = open(alert(1, { expires_at: "2026-11-23T11:59:59.000Z" }));
  expect([listed(book, NOW), foremost(book, NOW)]).toEqual([[], null]);
});

test("a sighting waits for its owner and leaves with the answer", () => {
  const sighting: Sighting = { id: ulid(9), alert: ulid(1), author: { account: "b", name: "Paul", level: "postcard" }, at: "2026-11-23T11:30:00.000Z", cell: "gbwc9z1", text: "", photo: null, told_at: "2026-11-23T11:30:00.000Z", state: "waiting" };
  const asked = heard(open(alert(1)), told(alert(1), { sighting }));
  expect(Object.keys(asked.waiting)).toEqual([ulid(9)]);
  expect(heard(asked, told(alert(1), { sighting: { ...sighting, state: "shown" } })).waiting).toEqual({});
  expect(heard(asked, told(alert(1, { version: 2, state: "resolved" }))).waiting).toEqual({});
});

test("after a sync what is open is the server's word, and the good news stay a day", () => {
  const before = open(alert(1), alert(2, { state: "resolved", outcome: "home", closed_at: "2026-11-23T11:00:00.000Z" }));
  expect(Object.keys(opened(before, syncAck([]), NOW).alerts)).toEqual([ulid(2)]);
  expect(Object.keys(opened(before, syncAck([]), NOW + 24 * 3_600_000).alerts)).toEqual([]);
});

test("announcements taken back or over are gone", () => {
  const said: Announcement = { id: ulid(5), organisation: { id: ulid(6), name: "Mairie" }, level: "info", title: "Eau", body: "", state: "published", version: 1, publish_at: "2026-11-23T11:00:00.000Z", expires_at: "2026-11-24T11:00:00.000Z" };
  const event = (announcement: Announcement) => ({ kind: "announcement.published", topic: "official:gbwc9", epoch: "e", seq: 1, at: "", announcement }) as Event;
  const book = heard(NOTHING, event(said));
  expect(news(book, NOW)).toHaveLength(1);
  expect(news(book, NOW + 2 * 86_400_000)).toEqual([]);
  expect(news(heard(book, event({ ...said, state: "withdrawn" })), NOW)).toEqual([]);
});

test("a cell lies where geohash says", () => {
  const box = boxOf("gbwc9z1");
  const { lon, lat } = centreOf("gbwc9z1");
  expect(box.west < lon && lon < box.east && box.south < lat && lat < box.north).toBe(true);
  expect(box.east - box.west).toBeCloseTo(360 / 2 ** 18, 9);
  expect(circleRound({ lon, lat }, 500)).toHaveLength(65);
});

test("street lines are read from their compact form", () => {
  const { features } = parse("# about\nRue A\t-167188 4812803;-3 -4|-171220 4811457;5 4\n");
  expect(features[0]?.geometry.coordinates).toEqual([[[-1.67188, 48.12803], [-1.67191, 48.12799]], [[-1.7122, 48.11457], [-1.71215, 48.11461]]]);
});

test("the end of an alert is told with thanks, and death without green words", () => {
  const words = alertWords("fr");
  const thanks = ["Inès R.", "Paul M.", "Ali", "Zoé"].map((name) => ({ account: name, name, level: "postcard" }));
  expect(endOf(alert(1, { state: "resolved", outcome: "home", thanks }), words)).toBe("Moustache est à la maison. Merci à Inès R., Paul M. et 2 autres.");
  expect(endOf(alert(1, { state: "resolved", outcome: "home", thanks: thanks.slice(0, 1) }), words)).toBe("Moustache est à la maison. Merci à Inès R.");
  expect(endOf(alert(1, { state: "resolved", outcome: "died" }), words)).toBe(words.diedWords);
});

test("what hangs on walls can be found, an object too; what is on the road is only over", () => {
  const umbrella: Partial<Alert> = { kind: "lost_found_object", title: "Un parapluie", details: {}, state: "resolved", outcome: "brought_back" };
  expect(endOf(alert(1, umbrella), alertWords("fr"))).toBe(alertWords("fr").found);
  expect([outcomesOf("lost_found_object"), outcomesOf("road")]).toEqual([["brought_back", "over", "false_alarm"], ["over", "false_alarm"]]);
});

test("both languages say everything, each in its own typography", () => {
  const [fr, en] = [alertWords("fr"), alertWords("en")];
  expect(Object.keys(en).sort()).toEqual(Object.keys(fr).sort());
  expect(JSON.stringify(fr)).not.toMatch(/ [;!?:%»]|« |'/);
  expect(JSON.stringify(en)).not.toMatch(/\u202f|'/);
});

test("a new alert is spoken once, danger over everything else, my own not at all", () => {
  const raised = (what: Alert): Event => ({ ...told(what), kind: "alert.raised" }) as Event;
  const heardOf = (book: Book, what: Alert, me = "b") => spokenOf(book, raised(what), me, "fr", NOW);
  expect(heardOf(NOTHING, alert(1))).toEqual({ text: "Chat perdu. Moustache a disparu", grave: false });
  expect(heardOf(NOTHING, alert(1, { kind: "danger_now", severity: "life", title: "Au feu" }))?.grave).toBe(true);
  expect(heardOf(open(alert(1)), alert(1))).toBeNull();
  expect(heardOf(NOTHING, alert(1), "a")).toBeNull();
  const home = alert(1, { version: 2, state: "resolved", outcome: "home" });
  expect(spokenOf(open(alert(1)), told(home), "b", "fr", NOW)?.text).toContain("Moustache est à la maison.");
  const graver = alert(1, { version: 2, kind: "hazard", severity: "life" });
  expect(spokenOf(open(alert(1)), told(graver), "b", "fr", NOW)?.grave).toBe(true);
});

test("what a form says comes back as it was typed, and says nothing it was not asked", () => {
  const details = { name: "Moustache", sex: "Mâle", colours: ["roux", "blanc"], collar: "vert", chipped: true, approachable: false, hidden_mark: "une tache" };
  expect(said("pet", typed(details, "une tache"))).toEqual(details);
  expect(said("plain", typed(details, null))).toEqual({});
  expect(said("theft", typed({ object: "un vélo", from: "2026-11-23T08:00:00.000Z" }, null))).toEqual({ object: "un vélo", from: "2026-11-23T08:00:00.000Z" });
});

test("corners enclose something from the third on", () => {
  const corners = [{ lon: 0, lat: 0 }, { lon: 1, lat: 0 }, { lon: 1, lat: 1 }];
  expect(polygonOf(corners.slice(0, 2))).toBeNull();
  expect(polygonOf(corners)?.coordinates).toEqual([[[0, 0], [1, 0], [1, 1], [0, 0]]]);
});

test("a quota names the next moment as people do", () => {
  const [now, next] = [new Date(2026, 10, 23, 22, 0).getTime(), new Date(2026, 10, 24, 9, 12)];
  expect(nextTime(next.toISOString(), now, fr)).toBe("demain à 9\u00a0h\u00a012");
  expect(alertWords("fr").quota(1, "demain")).toContain("1 alerte.");
  expect(alertWords("fr").quota(2, "demain")).toContain("2 alertes.");
});

test("what is left to take an alert back says no « 0 s » after whole minutes", () => {
  expect([120_000, 100_000, 60_000, 9_500, -1].map((left) => countdown(left, 0))).toEqual(["2\u00a0min", "1\u00a0min 40\u00a0s", "1\u00a0min", "10\u00a0s", "0\u00a0s"]);
});

test("between when a theft happened is told as it was asked", () => {
  const theft = alert(1, { kind: "theft", details: { from: "2026-11-22T20:00:00.000Z", to: "2026-11-23T06:00:00.000Z" } });
  expect(factsOf(theft, alertWords("fr"), (at) => at)).toEqual([["Au plus tôt", "2026-11-22T20:00:00.000Z"], ["Au plus tard", "2026-11-23T06:00:00.000Z"]]);
});

test("a headline names the kind once", () => {
  const words = alertWords("fr");
  const { kinds } = words;
  expect(headlineOf(alert(1), words)).toBe(words.headline(kinds.lost_cat, "Moustache"));
  expect(headlineOf(alert(1, { title: kinds.lost_cat, details: {} }), words)).toBe(kinds.lost_cat);
  const found = `${kinds.found_pet} : chat`;
  expect(headlineOf(alert(1, { kind: "found_pet", title: found, details: {} }), words)).toBe(found);
  expect(headlineOf(alert(1, { kind: "theft", title: "Un vélo bleu" }), words)).toBe(words.headline(kinds.theft, "Un vélo bleu"));
  expect(headlineOf(alert(1, { kind: "theft", title: "" }), words)).toBe(kinds.theft);
});

test.each([
  ["expired", "none", []], ["visitor", "none", ["found_pet"]],
  ["verified", "location", ["lost_cat", "lost_dog", "found_pet", "outage", "road", "help_needed", "lost_found_object"]],
  ["verified", "vouched", [...FIRST, ...OTHERS].filter((kind) => kind !== "danger_now")],
  ["verified", "postcard", [...FIRST, ...OTHERS]], ["verified", "organisation", []],
] as const)("of residents' alerts %s at level %s may raise %j", (status, level, kinds) => {
  expect([...FIRST, ...OTHERS].filter((kind) => mayRaise({ status, level }, kind)).sort()).toEqual([...kinds].sort());
});
