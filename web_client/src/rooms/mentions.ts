// Who is named in the words: « @Nadia B. ». Pure.

import type { Author, Mention } from "../wire";

// As many as a message may call.
const MOST = 10;

/** Where the `@word` begins that the caret stands in, -1 in none. */
function start(text: string, caret: number): number {
  const word = /(?:^|\s)(@[\p{L}\d-]*)$/u.exec(text.slice(0, caret))?.[1];
  return word === undefined ? -1 : caret - word.length;
}

/** What of a name stands before the caret, null where none is looked for. */
export function soughtAt(text: string, caret: number): string | null {
  const at = start(text, caret);
  return at < 0 ? null : text.slice(at + 1, caret);
}

/** With this name in the place of the word at the caret, or where the caret is; the caret behind it. */
export function withName(text: string, caret: number, name: string): { text: string; caret: number } {
  const at = start(text, caret);
  const before = at < 0 ? text.slice(0, caret).replace(/\S$/, "$& ") : text.slice(0, at);
  const rest = at < 0 ? text.slice(caret) : isAt(text, at, name) ? text.slice(at + 1 + name.length) : text.slice(at).replace(/^@[\p{L}\d-]*/u, "");
  const named = `${before}@${name} `;
  return { text: named + rest.replace(/^ /, ""), caret: named.length };
}

/**
 * All whose names stand in the text, of two names the longer one. Of several people of one name,
 * `picked` ones alone.
 */
export function mentionsIn(text: string, people: readonly Author[], picked: readonly Mention[]): Mention[] {
  const known = [...picked, ...people].filter((one) => one.account !== "");
  const names = [...new Set(known.map((one) => one.name))].sort((one, other) => other.length - one.length);
  const said = new Set([...text.matchAll(/@/g)].map(({ index }) => names.find((name) => isAt(text, index, name))));
  const sure = new Set(picked.map((one) => one.name));
  const found = new Map(known.map(({ account, name }) => [account, { account, name }]));
  return [...found.values()].filter((one) => said.has(one.name) && (!sure.has(one.name) || picked.some((other) => other.account === one.account))).slice(0, MOST);
}

function isAt(text: string, at: number, name: string): boolean {
  return text.startsWith(name, at + 1) && !/^[\p{L}\d]/u.test(text.slice(at + 1 + name.length));
}
