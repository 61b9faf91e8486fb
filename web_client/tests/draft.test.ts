import { beforeEach, expect, test, vi } from "vitest";
import { Draft } from "../src/alerts/draft.svelte";
import { alertWords } from "../src/alerts/words";
import { KeptWords } from "./factories";

const NOW = Date.parse("2026-11-23T12:00:00.000Z");
const HOME = { lon: -1.68, lat: 48.13 };
const words = alertWords("fr");

beforeEach(() => vi.stubGlobal("localStorage", new KeptWords()));

/** A theft as typed. */
function theft(): Draft {
  const draft = new Draft("theft");
  draft.fields.title = "Vélo volé";
  return draft;
}

const asking = (draft: Draft, now: number) => draft.asking({ ...draft.payload("Vélo volé", HOME), occurred_at: new Date(now).toISOString() }, now);

test("what was sent and not answered is sent again as it was, after a reload too", () => {
  const first = asking(theft(), NOW);
  expect(asking(new Draft("theft"), NOW + 60_000)).toEqual(first);
});

test("other words are another alert, and so are the same ones on another day", () => {
  const first = asking(theft(), NOW);
  const changed = new Draft("theft");
  changed.fields.body = "Rouge, avec un panier.";
  expect(asking(changed, NOW + 60_000).key).not.toBe(first.key);
  const nextDay = asking(new Draft("theft"), NOW + 86_400_000);
  expect(nextDay.key).not.toBe(asking(changed, NOW + 60_000).key);
  expect(nextDay.occurred_at).toBe("2026-11-24T12:00:00.000Z");
});

test("nothing of an alert that left stays in its form", () => {
  const draft = theft();
  asking(draft, NOW);
  draft.forget();
  expect(new Draft("theft").missing(words)).toEqual({ field: "title", message: words.titleNeeded });
});

test("a card chosen by the address is not kept for the next animal", () => {
  const draft = new Draft("lost_cat");
  draft.fields.card = "card";
  asking(draft, NOW);
  expect(new Draft("lost_cat").fields.card).toBe("");
});

test.each([
  ["theft", {}, "title"], ["lost_cat", {}, "details.name"], ["found_pet", {}, null], ["danger_now", { title: "Un mur tombe" }, "called"],
  ["road", { title: "Un carton", placeName: "here" }, "place"], ["official", { title: "Eau coupée", corners: [HOME] }, "area"],
] as const)("of %s with %o, %s is missing first", (kind, typed, field) => {
  const draft = new Draft(kind);
  Object.assign(draft.fields, typed);
  expect(draft.missing(words)?.field ?? null).toBe(field);
});
