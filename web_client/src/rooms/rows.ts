// A conversation as rows: day lines, the « Nouveau » rule, messages, what is still on its way. Pure.

import { messagesOf, type Thread } from "../state";
import type { Message } from "../wire";
import { dayOf } from "../words/dates";
import type { Queued } from "./queue";

export type Row =
  | { readonly kind: "start" | "more"; readonly id: string }
  | { readonly kind: "day"; readonly id: string; readonly at: string }
  | { readonly kind: "new"; readonly id: string }
  | { readonly kind: "message"; readonly id: string; readonly message: Message; readonly named: boolean; readonly timed: boolean }
  | { readonly kind: "waiting"; readonly id: string; readonly item: Queued };

// One author's messages within this time stand under one name.
const TOGETHER_MS = 5 * 60_000;

export function rowsOf(thread: Thread, waiting: readonly Queued[], firstUnread: string | null): Row[] {
  const messages = thread.whole ? messagesOf(thread) : thread.tail;
  const rows: Row[] = [];
  if (thread.opening !== null && !thread.whole) rows.push(...messageRows([thread.opening], firstUnread), { kind: "more", id: "more" });
  rows.push(...messageRows(messages, firstUnread));
  for (const item of waiting) rows.push({ kind: "waiting", id: item.messageId ?? item.key, item });
  return rows;
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

function messageRows(messages: readonly Message[], firstUnread: string | null): Row[] {
  const rows: Row[] = [];
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    const newDay = before === undefined || dayAndTime(before).day !== dayAndTime(message).day;
    if (newDay) rows.push({ kind: "day", id: `day-${message.id}`, at: message.at });
    if (message.id === firstUnread) rows.push({ kind: "new", id: `new-${message.id}` });
    const named = newDay || message.id === firstUnread || !together(before, message);
    const timed = after === undefined || after.id === firstUnread || !together(message, after);
    rows.push(messageRow(message, named, timed));
  });
  return rows;
}

function together(one: Message, next: Message): boolean {
  if (one.author.account !== next.author.account) return false;
  const [first, second] = [dayAndTime(one), dayAndTime(next)];
  return second.time - first.time < TOGETHER_MS && first.day === second.day;
}
