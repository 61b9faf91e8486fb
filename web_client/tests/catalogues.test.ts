import { expect, test } from "vitest";
import { CATALOGUES } from "./catalogues";

const FILES = Object.entries(import.meta.glob<string>("../src/**/*.{ts,svelte}", { query: "?raw", import: "default", eager: true }));
const [MAKERS, VIEWS] = [true, false].map((makes) => FILES.filter(([, text]) => text.includes("typesetAll({") === makes));

test("every catalogue of the sources is known here", () => {
  expect(MAKERS?.map(([path]) => path)).toHaveLength(Object.keys(CATALOGUES).length);
});

test("both languages have the same keys", () => {
  for (const catalogue of Object.values(CATALOGUES)) expect(keysOf(catalogue("en"))).toEqual(keysOf(catalogue("fr")));
});

test.each(Object.entries(CATALOGUES))("every sentence of %s is said somewhere", (name, catalogue) => {
  const views = (VIEWS ?? []).map(([, text]) => text).filter((text) => (name === "app.words" ? /[wW]ords\b/.test(text) : text.toLowerCase().includes(name.toLowerCase())));
  const unsaid = keysOf(catalogue("fr")).filter((path) => {
    const ways = waysToSay(path);
    return !views.some((text) => ways.some((is) => is(text)));
  });
  expect(unsaid.map((path) => path.join("."))).toEqual([]);
});

/** Its own keys: bar.street; of a list, the list. */
function keysOf(value: object, path: string[] = []): string[][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? keysOf(inner, [...path, name]) : [[...path, name]]);
}

/** By its path. A part of the path may have a name of its own in a view, or be looked up by a variable. */
function waysToSay(path: readonly string[]): ((text: string) => boolean)[] {
  return path.flatMap((_part, at) => {
    const section = path.slice(0, at).join("\\.");
    const named = new RegExp(`\\.${section}\\b[^.([]|\\{ ${section} \\}`);
    const within = (is: (text: string) => boolean) => (text: string) => is(text) && (at === 0 || named.test(text));
    const rest = path.slice(at);
    const last = rest.length === 1 ? [(text: string) => /\bwords\[/.test(text) && text.includes(`"${rest[0]}"`)] : [];
    return [...rest.map((_one, end) => pattern(rest.slice(0, end + 1).join("\\."), end + 1 === rest.length)).map((way) => within((text) => way.test(text))), ...last];
  });
}

function pattern(part: string, whole: boolean): RegExp {
  return new RegExp(whole ? `\\.${part}\\b` : `\\.${part}\\[|Object\\.\\w+\\([\\w.]+\\.${part}\\)`);
}
