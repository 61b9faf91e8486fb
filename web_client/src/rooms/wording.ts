// What stands in a message's place when its own words may not.

import type { Author, Message } from "../wire";
import { typeset } from "../words/typography";
import type { Words } from "../words/fr";

/** A visitor reads seven days: an older opening comes without its text. */
export function isWithheld(message: Message): boolean {
  return message.text === "" && !message.deleted && message.photos.length === 0;
}

/** Who blocks somebody does not read them in shared rooms. */
export function isFolded(said: { readonly author: Author }, blocked: readonly Author[]): boolean {
  return blocked.some((one) => one.account === said.author.account);
}

export function hasWords(message: Message): boolean {
  return !message.deleted && !isWithheld(message);
}

/** As its author wrote it, no line broken before « h », « ? » or « m ». */
export function wordsOf(message: Message, words: Words): string {
  if (message.deleted) return words.room.deleted;
  return isWithheld(message) ? words.room.withheld : typeset(message.text);
}
