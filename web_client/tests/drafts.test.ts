import { beforeEach, expect, test, vi } from "vitest";
import { draftOf, forgetDrafts, keepDraft, keepDraftsOf } from "../src/rooms/drafts";
import { KeptWords } from "./factories";

beforeEach(() => vi.stubGlobal("localStorage", new KeptWords()));

test("a draft waits for its author, and for nobody else", () => {
  keepDraftsOf("camille");
  keepDraft("street", "Chers voisins, je");
  keepDraftsOf("camille");
  expect(draftOf("street")).toBe("Chers voisins, je");
  keepDraftsOf("nadia");
  expect(draftOf("street")).toBe("");
});

test("signing out leaves neither drafts nor whose they were", () => {
  keepDraftsOf("camille");
  keepDraft("street", "Chers voisins, je");
  localStorage.setItem("palier-theme", "dark");
  forgetDrafts();
  expect(Object.keys(localStorage)).toEqual(["palier-theme"]);
});
