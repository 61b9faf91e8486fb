import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../src/tokens.css", import.meta.url), "utf-8");
const light = colours(css.slice(css.indexOf(":root {"), css.indexOf('[data-theme="dark"]')));
const dark = { ...light, ...colours(css.slice(css.indexOf('[data-theme="dark"]'), css.indexOf("@media"))) };

// What is read on what, and the least contrast (WCAG 2.2 AA: 4.5 for text, 3 for borders).
const PAIRS: [string, string, number][] = [
  ["ink", "bg", 12], ["ink", "surface", 12], ["ink-soft", "bg", 4.5], ["ink-soft", "surface", 4.5], ["ink-soft", "sunken", 4.5], ["ink-soft", "accent-soft", 4.5],
  ["on-accent", "accent", 7], ["accent", "bg", 4.5], ["accent", "surface", 4.5], ["accent-ink", "accent-soft", 7], ["on-call", "call", 7], ["on-plate", "plate", 4.5],
  ["plate-ink", "plate-soft", 7], ["info-ink", "info-soft", 7], ["minor-ink", "minor-soft", 7], ["serious-ink", "serious-soft", 6], ["on-life", "life", 6],
  ["life-ink", "life-soft", 7], ["life-ink", "surface", 4.5], ["life-ink", "bg", 4.5], ["on-found", "found", 6], ["found-ink", "found-soft", 6.5], ["focus", "bg", 3], ["edge", "bg", 3], ["edge", "surface", 3],
];

test.each(PAIRS)("%s reads on %s in both themes", (ink, ground, least) => {
  expect(contrast(light[ink], light[ground])).toBeGreaterThanOrEqual(least);
  expect(contrast(dark[ink], dark[ground])).toBeGreaterThanOrEqual(least);
});

test("a dark system and a chosen dark theme look the same", () => {
  const system = colours(css.slice(css.indexOf("@media")));
  const chosen = colours(css.slice(css.indexOf('[data-theme="dark"]'), css.indexOf("@media")));
  expect(system).toEqual(chosen);
});

function colours(block: string): Record<string, string> {
  return Object.fromEntries(Array.from(block.matchAll(/--([\w-]+): (#[0-9A-F]{6});/gi), (found) => [found[1], found[2]]));
}

function contrast(one = "", other = ""): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
