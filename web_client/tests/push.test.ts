import { describe, expect, it } from "vitest";
import { decoded, encoded } from "../src/push/subscription";
import { pushWords } from "../src/push/words";

describe("the server's key", () => {
  it("goes to the browser and back unchanged", () => {
    const key = "BFjFpby-XrLJFv_kY3G2QEsPCGJITEL2cQsC6CMUtZCl6ZLLr3Ylz2D2EDsdgtDyNurRr9WlSKi0kwYmB3xbRtI";
    expect(decoded(key).length).toBe(65);
    expect(encoded(decoded(key).buffer)).toBe(key);
  });
});

describe("the words of notifications", () => {
  it("give a reason in both languages for every decision of the server", () => {
    const reasons = ["trial", "kind_off", "kind_badge", "kind_digest", "urgent", "snoozed", "quiet_hours", "over_by_then", "day_full", "rings", "page_showed_it"];
    for (const language of ["fr", "en"] as const) for (const reason of reasons) expect(typeof pushWords(language).reasons[reason]).toBe("string");
  });
  it("say the same things in both languages", () => {
    expect(Object.keys(pushWords("en")).sort()).toEqual(Object.keys(pushWords("fr")).sort());
    expect(Object.keys(pushWords("en").kindNames).sort()).toEqual(Object.keys(pushWords("fr").kindNames).sort());
  });
});
