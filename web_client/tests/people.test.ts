import { expect, test } from "vitest";
import { isWrittenTo } from "../src/direct/opening";
import type { Author } from "../src/wire";

const one = (account: string, name = account): Author => ({ account, name, level: "postcard" });

test("one writes to other people who are still here", () => {
  expect(isWrittenTo(one("nadia"), "camille")).toBe(true);
  expect(isWrittenTo(one("camille"), "camille")).toBe(false);
  expect(isWrittenTo(one(""), "camille")).toBe(false);
  expect(isWrittenTo({ ...one("mairie"), level: "organisation" }, "camille")).toBe(false);
});
