import { describe, expect, test } from "vitest";
import { isWhole, written as codeWritten } from "../src/accounts/code";
import { freshOrder, keptOrder } from "../src/rooms/order";
import { Laid, rowsOf } from "../src/rooms/rows";
import { Heights } from "../src/rooms/windowing";
import { homeOf, placeAt } from "../src/routes";
import { jitteredWait } from "../src/socket";
import { apply, threadsOf, type Thread } from "../src/state";
import { wordsOf } from "../src/rooms/wording";
import { fr } from "../src/words/fr";
import { ME, message, posted, room, ulid } from "./factories";

/** A list from change to change: pages before, items behind, some in the midst replaced or taken away. */
function* changes<Item>(make: (place: number) => Item): Generator<{ now: Item[]; turn: number }> {
  let [made, seed] = [0, 7];
  const chance = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  const some = () => Array.from({ length: chance(4) }, () => make((made += 1)));
  let now: Item[] = some();
  for (let turn = 0; turn < 400; turn += 1) {
    const at = chance(now.length + 1);
    if (turn % 4 === 0) now = [...some(), ...now];
    else if (turn % 4 === 1) now = [...now, ...some()];
    else now = [...now.slice(0, at), ...some(), ...now.slice(at + chance(6))];
    yield { now, turn };
  }
}

describe("the long list", () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `row${index}`);
  const laid = () => {
    const heights = new Heights();
    heights.lay(ids);
    return heights;
  };

  test("builds about three screens of ten thousand rows", () => {
    const span = laid().span(400_000, 740);
    expect(span.to - span.from).toBeLessThan(60);
    expect(span.before + span.after).toBeGreaterThan(700_000);
  });

  test("spacers and rows always make the whole", () => {
    const heights = laid();
    for (const id of ids.slice(0, 500)) heights.measure(id, 120);
    heights.settle();
    for (const y of [0, 100, 60_000, heights.total - 740, heights.total + 900]) {
      const span = heights.span(y, 740);
      expect(span.before + (heights.top(span.to) - heights.top(span.from)) + span.after).toBeCloseTo(heights.total);
    }
  });

  test("a row that grows above the reader moves the reader's row by as much", () => {
    const heights = laid();
    const index = heights.at(50_010);
    const before = heights.top(index);
    heights.measure("row3", 300);
    heights.settle();
    expect(heights.top(index) - before).toBeCloseTo(300 - 76);
  });

  test("settling ten thousand rows after a measure is quick", () => {
    const heights = laid();
    const start = performance.now();
    for (let turn = 1; turn <= 50; turn += 1) {
      heights.measure("row0", 100 + turn);
      heights.settle();
    }
    expect((performance.now() - start) / 50).toBeLessThan(2);
  });

  test("heights of rows that left are kept for a while, then forgotten", () => {
    const heights = laid();
    heights.measure("row5", 300);
    heights.lay(ids.slice(6));
    heights.lay(ids);
    expect(heights.top(6) - heights.top(5)).toBe(300);
  });

  test("whatever comes and goes, each row lies where a list laid anew would have it", () => {
    const heights = new Heights();
    let before: string[] = [];
    for (const { now } of changes((place) => `row${place}`)) {
      heights.lay(now);
      for (const id of now.slice(0, 3)) heights.measure(id, id.length * 20);
      heights.settle();
      const anew = new Heights();
      anew.lay(now);
      for (const id of now) anew.measure(id, heights.top(heights.index(id) + 1) - heights.top(heights.index(id)));
      anew.settle();
      expect(now.map((id) => heights.index(id))).toEqual(now.map((_, index) => index));
      expect(now.map((id) => heights.top(heights.index(id)))).toEqual(now.map((id) => anew.top(anew.index(id))));
      expect(before.filter((id) => !now.includes(id) && heights.index(id) !== -1)).toEqual([]);
      before = now;
    }
  });

  test("an empty list has nothing to build", () => {
    expect(new Heights().span(0, 740)).toEqual({ from: 0, to: 0, before: 0, after: 0, whole: true });
  });

  test("what is in sight is built at once, the rest a few rows at a time", () => {
    const heights = laid();
    const frames = [heights.span(400_000, 740)];
    for (let last = frames[0]; last !== undefined && !last.whole; last = frames.at(-1)) frames.push(heights.span(400_000, 740, last));
    expect(frames.length).toBeGreaterThan(1);
    for (const span of frames) {
      expect(heights.top(span.from)).toBeLessThanOrEqual(400_000);
      expect(heights.top(span.to)).toBeGreaterThanOrEqual(400_740);
    }
    const sizes = frames.map((span) => span.to - span.from);
    expect(Math.max(...sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0)))).toBeLessThanOrEqual(8);
    expect(heights.top(frames.at(-1)?.from ?? 0)).toBeLessThanOrEqual(400_000 - 900);
  });

  test("a jump within what is built asks for nothing at once, one beyond starts anew", () => {
    const heights = laid();
    let built = heights.span(400_000, 740);
    while (!built.whole) built = heights.span(400_000, 740, built);
    const near = heights.span(400_700, 740, built);
    expect(near.to - built.to).toBeLessThanOrEqual(4);
    const far = heights.span(600_000, 740, built);
    expect(far.to - far.from).toBeLessThan(25);
    expect(heights.top(far.from)).toBeLessThanOrEqual(600_000);
  });
});

describe("the rows of a conversation", () => {
  const thread = () => [1, 2, 3, 4].map((seq) => posted(message(seq, 1, seq === 3 ? "yann" : "nadia"))).reduce(apply, room()).threads[ulid(1)] as Thread;

  test("start with the day and name an author once", () => {
    const rows = rowsOf(thread(), [], null);
    expect(rows[0]?.kind).toBe("day");
    expect(rows.filter((row) => row.kind === "message").map((row) => row.kind === "message" && row.named)).toEqual([true, false, true, true]);
  });

  test("stay the same objects where nothing changed: what is built of them is not looked at again", () => {
    const one = thread();
    const before = rowsOf(one, [], null).filter((row) => row.kind === "message");
    const after = rowsOf({ ...one, tail: [...one.tail, message(9, 1, "paul")] }, [], null);
    expect(after.slice(1, 1 + before.length).every((row, index) => row === before[index])).toBe(true);
  });

  test("are the same from change to change as laid anew", () => {
    const said = (place: number) => ({ ...message(place, 0, ["nadia", "yann"][place % 3] ?? "paul"), at: new Date(Date.UTC(2026, 10, 1 + (place % 60) / 20, 9, (place * 7) % 50)).toISOString() });
    const laid = new Laid();
    for (const { now, turn } of changes(said)) {
      const one: Thread = { ...thread(), whole: false, tail: now };
      const first = turn % 8 < 5 ? null : (now[turn % 5]?.id ?? null);
      expect(rowsOf(one, [], first, laid)).toEqual(rowsOf(one, [], first));
    }
  });

  test("of ten thousand messages are not laid again for one page more", () => {
    const all = Array.from({ length: 10_050 }, (_, index) => message(index + 1, 0));
    const laid = new Laid();
    const before = laid.lay(all.slice(50), null);
    const after = laid.lay(all, null);
    expect(after.slice(-9_900).every((row, index) => row === before[before.length - 9_900 + index])).toBe(true);
    expect(after.length).toBe(before.length + 50);
  });

  test("show « Nouveau » before the first unread message", () => {
    const rows = rowsOf(thread(), [], ulid(3));
    expect(rows.findIndex((row) => row.kind === "new")).toBe(rows.findIndex((row) => row.id === ulid(3)) - 1);
  });

  test("show the opening, then that older answers exist", () => {
    const rows = rowsOf({ ...thread(), whole: false }, [], null);
    expect(rows.map((row) => row.kind)).toEqual(["day", "message", "more", "day", "message", "message", "message"]);
  });
});

describe("the order of cards", () => {
  test("stays while one reads; newcomers go on top", () => {
    const first = [posted(message(1)), posted(message(2))].reduce(apply, room());
    const order = freshOrder(threadsOf(first, "street"));
    const answered = apply(first, posted(message(3, 1)));
    expect(keptOrder(order, threadsOf(answered, "street")).ids).toEqual([ulid(2), ulid(1)]);
    const opened = apply(answered, posted(message(4)));
    expect(keptOrder(order, threadsOf(opened, "street")).ids).toEqual([ulid(4), ulid(2), ulid(1)]);
  });

  test("older pages go below, removed ones go", () => {
    const state = [posted(message(5)), posted(message(6))].reduce(apply, room(4));
    const order = freshOrder(threadsOf(state, "street"));
    const older: Thread = { ...(state.threads[ulid(5)] as Thread), id: ulid(1), lastAt: message(1).at };
    const next = keptOrder(order, [...threadsOf(state, "street").filter((thread) => thread.id !== ulid(6)), older]);
    expect(next.ids).toEqual([ulid(5), ulid(1)]);
  });
});

test("a posted code is put right as it is typed", () => {
  expect(codeWritten("7k2m9qxd4")).toBe("7K2M-9QXD-4");
  expect(codeWritten("o0il-1234 5")).toBe("0011-1234-5");
  expect(isWhole("7K2M-9QXD")).toBe(false);
  expect(isWhole("7K2M-9QXD-4")).toBe(true);
});

test("waits spread evenly under a bound that doubles up to 10 s", () => {
  expect(jitteredWait(0, 1)).toBe(500);
  expect(jitteredWait(3, 0.5)).toBe(2_000);
  expect(jitteredWait(40, 1)).toBe(10_000);
  expect(jitteredWait(7, 0)).toBe(0);
});

test("addresses lead to their screens", () => {
  expect(placeAt("/rue").screen).toBe("street");
  expect(placeAt(`/voisinage/${ulid(3)}`)).toEqual({ screen: "conversation", id: ulid(3), room: "neighbourhood" });
  expect(placeAt("/rester/code/").screen).toBe("code");
  expect(placeAt("/nulle-part").screen).toBe("lost");
  expect(homeOf(ME)).toBe("/rue");
  expect(homeOf({ ...ME, rights: { ...ME.rights, read_street: false } })).toBe("/voisinage");
  expect(homeOf({ ...ME, rights: { ...ME.rights, read_street: false, read_neighbourhood: false } })).toBe("/autour");
});

test("an opening older than a visitor may read says so, and is not called deleted", () => {
  const old = { ...message(1), text: "" };
  expect(wordsOf(old, fr)).toContain("sept jours");
  expect(wordsOf({ ...old, deleted: true }, fr)).toBe("Message supprimé");
  expect(wordsOf({ ...old, text: "Bonjour" }, fr)).toBe("Bonjour");
  expect(wordsOf({ ...old, text: "Jeudi à 20 h ?" }, fr)).toBe("Jeudi à 20\u00a0h\u202f?");
});
