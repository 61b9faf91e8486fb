// A conversation as rows: day lines, the « Nouveau » rule, messages, what is still on its way. Pure.

import { messagesOf, type Thread } from "../state";
import type { Message } from "../wire";
import { dayOf } from "../words/dates";
import type { Queued } from "./queue";
import { common } from "./windowing";

export type Row =
  | { readonly kind: "start" | "more"; readonly id: string }
  | { readonly kind: "day"; readonly id: string; readonly at: string }
  | { readonly kind: "new"; readonly id: string }
  | { readonly kind: "message"; readonly id: string; readonly message: Message; readonly named: boolean; readonly timed: boolean }
  | { readonly kind: "waiting"; readonly id: string; readonly item: Queued };

// One author's messages within this time stand under one name.
const TOGETHER_MS = 5 * 60_000;

/** The rows of a conversation as it stands; `laid` remembers those of its messages from change to change. */
export function rowsOf(thread: Thread, waiting: readonly Queued[], firstUnread: string | null, laid = new Laid()): Row[] {
  const start: Row[] = thread.opening !== null && !thread.whole ? [...messageRows([thread.opening], 0, 1, firstUnread), { kind: "more", id: "more" }] : [];
  const messages = laid.lay(thread.whole ? messagesOf(thread) : thread.tail, firstUnread);
  return [...start, ...messages, ...waiting.map((item): Row => ({ kind: "waiting", id: item.messageId ?? item.key, item }))];
}

/** What stays before and behind a change keeps its rows: a page of older messages costs a page, however long the rest is. */
export class Laid {
  #messages: readonly Message[] = [];
  #rows: readonly Row[] = [];
  #firstUnread: string | null = null;

  lay(messages: readonly Message[], firstUnread: string | null): readonly Row[] {
    const [head, tail] = firstUnread === this.#firstUnread ? common(this.#messages, messages) : [0, 0];
    // Who stands next to the change is laid again: its name, its day or its hour may come or go.
    const from = Math.max(0, head - 1);
    const to = Math.min(messages.length, messages.length - tail + 1);
    const before = from === 0 ? [] : this.#rows.slice(0, this.#place(messages[from - 1]) + 1);
    const after = to === messages.length ? [] : this.#rows.slice(this.#place(messages[to - 1]) + 1);
    this.#rows = [...before, ...messageRows(messages, from, to, firstUnread), ...after];
    [this.#messages, this.#firstUnread] = [messages, firstUnread];
    return this.#rows;
  }

  #place(message: Message | undefined): number {
    return this.#rows.findIndex((row) => row.kind === "message" && row.message === message);
  }
}

// Reading a date costs more than all the rest of a row: each message's is read once.
const days = new WeakMap<Message, { day: string; time: number }>();

function dayAndTime(message: Message): { day: string; time: number } {
  let known = days.get(message);
  if (known === undefined) days.set(message, (known = { day: dayOf(message.at), time: Date.parse(message.at) }));
  return known;
}

// A row that stays as it was is the same one: nothing of it is built or looked at again.
const laid = new WeakMap<Message, Extract<Row, { kind: "message" }>>();

function messageRow(message: Message, named: boolean, timed: boolean): Row {
  const before = laid.get(message);
  if (before?.named === named && before.timed === timed) return before;
  const row = { kind: "message", id: message.id, message, named, timed } as const;
  laid.set(message, row);
  return row;
}

function messageRows(messages: readonly Message[], from: number, to: number, firstUnread: string | null): Row[] {
  const rows: Row[] = [];
  for (const [place, message] of messages.slice(from, to).entries()) {
    const before = messages[from + place - 1];
    const after = messages[from + place + 1];
    const newDay = before === undefined || dayAndTime(before).day !== dayAndTime(message).day;
    if (newDay) rows.push({ kind: "day", id: `day-${message.id}`, at: message.at });
    if (message.id === firstUnread) rows.push({ kind: "new", id: `new-${message.id}` });
    const named = newDay || message.id === firstUnread || !together(before, message);
    const timed = after === undefined || after.id === firstUnread || !together(message, after);
    rows.push(messageRow(message, named, timed));
  }
  return rows;
}

function together(one: Message, next: Message): boolean {
  if (one.author.account !== next.author.account) return false;
  const [first, second] = [dayAndTime(one), dayAndTime(next)];
  return second.time - first.time < TOGETHER_MS && first.day === second.day;
}
