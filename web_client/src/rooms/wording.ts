// What stands in a message's place when its own words may not.

import type { Author, Message, Quote } from "../wire";
import { typeset } from "../words/typography";
import type { Words } from "../words/fr";
import type { Queued } from "./queue";

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

/** The same of what is on its way. */
export function wordsOnTheWay({ text, along }: Queued): string {
  return typeset(text) || (along?.photos ?? []).map((photo) => photo.alt).join(", ");
}

/** What a quote says. One without words is of photos alone. */
export function quoted(quote: Quote, words: Words): string {
  return quote.deleted ? words.room.deleted : typeset(quote.text) || words.room.photo;
}

/** As its author wrote it, no line broken before « h », « ? » or « m ». Of photos alone, what they show. */
export function wordsOf(message: Message, words: Words): string {
  if (message.deleted) return words.room.deleted;
  if (isWithheld(message)) return words.room.withheld;
  return typeset(message.text) || message.photos.map((photo) => photo.alt).join(", ");
}
