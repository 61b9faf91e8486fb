// What a screen reader hears of an open conversation: each new message, or their number when they
// come faster than one can listen.

import type { Message } from "../wire";
import type { Words } from "../words/fr";
import { wordsOf } from "./wording";

const WITHIN_MS = 2_000;
const AT_MOST = 3;
const SAID_CHARACTERS = 240;

export class Reader {
  #waiting: Message[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly say: (words: string) => void, readonly words: () => Words) {}

  hear(message: Message): void {
    this.#waiting.push(message);
    this.#timer ??= setTimeout(() => this.#speak(), WITHIN_MS / 4);
  }

  #speak(): void {
    const messages = this.#waiting.splice(0);
    this.#timer = undefined;
    const { room } = this.words();
    if (messages.length > AT_MOST) this.say(room.newMessages(messages.length));
    else this.say(messages.map((message) => room.said(message.author.name, wordsOf(message, this.words()).slice(0, SAID_CHARACTERS))).join(" "));
  }
}
