import { expect, test } from "vitest";
import { longMoment } from "../src/alerts/dates";
import { clockTime, dayLine, shortAge, visitLeft } from "../src/words/dates";
import { en } from "../src/words/en";
import { fr } from "../src/words/fr";
import { typeset } from "../src/words/typography";
import { CATALOGUES } from "./catalogues";

/** Every sentence of a catalogue; functions are called with what they might meet. */
function sentences(value: unknown, path: string): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return MET.flatMap((given) => sentences(said(value as Sentence, given), path));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => sentences(inner, `${path}.${name}`));
}

type Sentence = (...given: unknown[]) => unknown;
const MET: unknown[][] = [...[0, 1, 2, 41, 4100].map((n) => [n, n, true]), [null], ["Nadia", "Oui", "Rennes"], ["Nadia", 2, true]];

/** What the function says; null where it takes a name for a number, or the other way round. */
function said(sentence: Sentence, given: unknown[]): unknown {
  try {
    return sentence(...given);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

const all = (language: "fr" | "en") => Object.entries(CATALOGUES).flatMap(([name, catalogue]) => sentences(catalogue(language), name));

test("French has its unbreakable spaces and its apostrophes", () => {
  for (const [path, text] of all("fr")) {
    expect(text, path).not.toMatch(/ [;!?:%»]/);
    expect(text, path).not.toMatch(/« /);
    expect(text, path).not.toMatch(/[^\s\u202f\u00a0][;!?»]/);
    expect(text, path).not.toMatch(/'/);
    expect(text, path).not.toMatch(/\d (h|min|s|%)(?!\p{L})/u);
    expect(text, path).not.toMatch(/\p{L}·\p{L}/u);
  }
});

test("English has its own apostrophes and no French spaces", () => {
  for (const [path, text] of all("en")) {
    expect(text, path).not.toMatch(/'|\u202f/);
    expect(text, path).not.toMatch(/\s[;!?:]/);
  }
});

test("every catalogue says something everywhere", () => {
  for (const [path, text] of [...all("fr"), ...all("en")]) if (!MAY_BE_EMPTY.has(path)) expect(text.trim(), path).not.toBe("");
});

// A plain member of a group needs no word for it.
const MAY_BE_EMPTY = new Set(["chatWords.standings.member"]);

test("French spaces are put where they belong", () => {
  expect(typeset("Qui vient ? À 18 h 30 : « oui » ; 20 %")).toBe("Qui vient\u202f? À 18\u00a0h\u00a030\u00a0: «\u00a0oui\u00a0»\u202f; 20\u00a0%");
  expect(typeset("encore 41 h")).toBe("encore 41\u00a0h");
  expect(typeset("http://exemple")).toBe("http://exemple");
});

test("one answer is singular, in French none is too", () => {
  expect([fr.room.replies(0), fr.room.replies(1), fr.room.replies(7)]).toEqual(["0 réponse", "1 réponse", "7 réponses"]);
  expect(fr.room.repliesNew(7, 3, false)).toBe("7\u00a0réponses, 3\u00a0nouvelles");
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

test("the first of a month and a whole hour are written as French writes them", () => {
  const at = new Date(2026, 11, 1, 18, 0).toISOString();
  const later = new Date(2026, 11, 21, 9, 0).getTime();
  expect(clockTime(at, fr)).toBe("18\u00a0h");
  expect(longMoment(at, fr)).toBe("mardi 1er décembre, 18\u00a0h");
  expect([shortAge(at, later, fr), dayLine(at, later, fr)]).toEqual(["1er décembre", "mardi 1er décembre"]);
  expect(shortAge(new Date(later - 31 * 86_400_000).toISOString(), later, fr)).toBe("20 novembre");
  expect(dayLine(new Date(2026, 10, 21, 9, 0).toISOString(), later, fr)).toBe("samedi 21 novembre");
  expect(longMoment(at, en)).toMatch(/^Tuesday,? 1 December, 6:00 PM$/);
});

test("a conversation is its opener’s", () => {
  expect(["Nadia", "Inès", "Élise", "Yann"].map((name) => fr.room.opened(name))).toEqual(["Conversation de Nadia", "Conversation d’Inès", "Conversation d’Élise", "Conversation de Yann"]);
});

test("a place that is closed is closed in its own gender", () => {
  expect(`${fr.bar.street}, ${fr.room.locked.street}`).toBe("Ma rue, fermée pour l’instant");
  expect(`${fr.bar.theNeighbourhood}, ${fr.room.locked.neighbourhood}`).toBe("Le voisinage, fermé pour l’instant");
});
