import { expect, test } from "vitest";
import { asking } from "../src/ids";

test("words that are asked again keep their key, other words take another", () => {
  const first = asking({ title: "Eau coupée" }, null);
  expect(asking({ title: "Eau coupée" }, first)).toBe(first);
  expect(asking({ title: "Eau coupée mardi" }, first).key).not.toBe(first.key);
});

test("what was asked may wait on the device for the next page", () => {
  const first = asking({ title: "Eau coupée" }, null);
  expect(asking({ title: "Eau coupée" }, JSON.parse(JSON.stringify(first)) as typeof first).key).toBe(first.key);
});
