import { expect, test } from "vitest";
import { clockTime, dayLine, shortAge, visitLeft } from "../src/words/dates";
import { en } from "../src/words/en";
import { fr } from "../src/words/fr";
import { typeset } from "../src/words/typography";

/** Every sentence of a catalogue; functions are called with what they might meet. */
function sentences(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [0, 1, 2, 41, 4100].flatMap((n) => sentences((value as (...given: unknown[]) => unknown)(path.endsWith("said") ? "Nadia" : n, path.endsWith("said") ? "Oui" : path.endsWith("inCity") ? "Rennes" : n, true), path));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => sentences(inner, `${path}.${name}`));
}

const SPOKEN_NAMES = new Set([".code.welcome", ".vouch.asks", ".room.opened", ".room.messagesOf", ".line.upTo", ".me.inCity", ".me.since", ".me.lastUsed"]);
const callable = (catalogue: object) => JSON.parse(JSON.stringify(catalogue, (_key, value: unknown) => value)) as object;

test("French has its unbreakable spaces and its apostrophes", () => {
  for (const [path, text] of [...sentences(callable(fr)), ...sentences(counting(fr))]) {
    expect(text, path).not.toMatch(/ [;!?:%»]/);
    expect(text, path).not.toMatch(/« /);
    expect(text, path).not.toMatch(/[^\s\u202f\u00a0][;!?»]/);
    expect(text, path).not.toMatch(/'/);
    expect(text, path).not.toMatch(/\d (h|min|s|%)(?!\p{L})/u);
    expect(text, path).not.toMatch(/\p{L}·\p{L}/u);
  }
});

test("English has its own apostrophes and no French spaces", () => {
  for (const [path, text] of [...sentences(callable(en)), ...sentences(counting(en))]) {
    expect(text, path).not.toMatch(/'|\u202f/);
    expect(text, path).not.toMatch(/\s[;!?:]/);
  }
});

test("both catalogues say something everywhere", () => {
  for (const [path, text] of [...sentences(callable(fr)), ...sentences(callable(en))]) expect(text.trim(), path).not.toBe("");
});

test("French spaces are put where they belong", () => {
  expect(typeset("Qui vient ? À 18 h 30 : « oui » ; 20 %")).toBe("Qui vient\u202f? À 18\u00a0h\u00a030\u00a0: «\u00a0oui\u00a0»\u202f; 20\u00a0%");
  expect(typeset("encore 41 h")).toBe("encore 41\u00a0h");
  expect(typeset("http://exemple")).toBe("http://exemple");
});

test("one answer is singular, in French none is too", () => {
  expect([fr.room.replies(0), fr.room.replies(1), fr.room.replies(7)]).toEqual(["0 réponse", "1 réponse", "7 réponses"]);
  expect(fr.room.repliesNew(7, 3, false)).toBe("7 réponses, 3 nouvelles");
  expect([en.room.replies(0), en.room.replies(1)]).toEqual(["0 answers", "1 answer"]);
});

test("times and days are written as people write them", () => {
  const at = new Date(2026, 10, 23, 9, 4).toISOString();
  const now = new Date(2026, 10, 23, 11, 0).getTime();
  expect(clockTime(at, fr)).toBe("9\u00a0h\u00a004");
  expect(dayLine(at, now, fr)).toBe("Aujourd’hui, lundi 23 novembre");
  expect(dayLine(at, now + 86_400_000, fr)).toBe("Hier, lundi 23 novembre");
  expect(shortAge(at, now, fr)).toBe("9\u00a0h\u00a004");
  expect(shortAge(at, Date.parse(at) + 12 * 60_000, fr)).toBe("il y a 12\u00a0min");
  expect(visitLeft(at, Date.parse(at) - 41.9 * 3_600_000, fr)).toBe("Visite\u00a0: encore 41\u00a0h");
  expect(visitLeft(at, Date.parse(at) - 90_000, en)).toBe("Visit: 1 min left");
});

/** The functions of a catalogue that take counts only. */
function counting(value: object, path = ""): object {
  return Object.fromEntries(Object.entries(value).filter(([name, inner]) => !(typeof inner === "function" && SPOKEN_NAMES.has(`${path}.${name}`)))
    .map(([name, inner]: [string, unknown]) => [name, typeof inner === "object" && inner !== null && !Array.isArray(inner) ? counting(inner, `${path}.${name}`) : inner]));
}
