// What was written and is not with the server yet. A message keeps its key through every retry, so
// that it arrives once; messages leave in the order they were written. Pure.

import { messagesOf, type State } from "../state";
import type { Mention, Message, MessagePost, Photo, Quote, Refusal } from "../wire";

/** `to` opens a conversation; `replyTo` answers in one, by its id or by the key of an opening that still waits; `chat` is a flat one. */
export type Destination = { to: "street" | "neighbourhood"; home: string } | { replyTo: string } | { chat: string };

/** What goes with the words. */
export type Along = { readonly quote?: Quote | null; readonly mentions?: readonly Mention[]; readonly photos?: readonly Photo[]; readonly silent?: boolean };

export type Queued = {
  readonly key: string;
  readonly account: string;
  readonly text: string;
  readonly where: Destination;
  readonly at: string;
  readonly step: "waiting" | "sending" | "sent" | "refused";
  /** Once sent: the message it became. */
  readonly messageId: string | null;
  /** Where that message stands in its topic. */
  readonly sentAt?: { readonly topic: string; readonly seq: number };
  readonly refusal: { code: string; message: string } | null;
  readonly along?: Along;
};

export function written(key: string, account: string, text: string, where: Destination, now: number, along: Along = {}): Queued {
  return { key, account, text, where, at: new Date(now).toISOString(), step: "waiting", messageId: null, refusal: null, along };
}

/** The next message to send: the oldest that waits and whose opening is not itself still waiting. */
export function nextToSend(queue: readonly Queued[]): Queued | undefined {
  return queue.find((item) => (item.step === "waiting" || item.step === "sending") && !waitsForOpening(queue, item));
}

export function payloadOf(item: Queued): MessagePost {
  const { key, text, where, along = {} } = item;
  const base: MessagePost = {
    key, text,
    ...(along.quote == null ? {} : { quote: along.quote.id }),
    ...(along.mentions === undefined || along.mentions.length === 0 ? {} : { mentions: along.mentions.map((one) => one.account) }),
    ...(along.photos === undefined || along.photos.length === 0 ? {} : { photos: along.photos.map((one) => one.id) }),
    ...(along.silent === true ? { silent: true } : {}),
  };
  if ("chat" in where) return { ...base, to: where.chat };
  return "to" in where ? { ...base, to: where.to, home: where.home } : { ...base, reply_to: where.replyTo };
}

/** Accepted. Answers to an opening that was still on its way now know its id. */
export function accepted(queue: readonly Queued[], key: string, message: Message): Queued[] {
  return queue.map((item) => {
    if (item.key === key) return { ...item, step: "sent", messageId: message.id, sentAt: { topic: message.topic, seq: message.seq }, refusal: null };
    if ("replyTo" in item.where && item.where.replyTo === key) return { ...item, where: { replyTo: message.id } };
    return item;
  });
}

export function refused(queue: readonly Queued[], key: string, refusal: Refusal): Queued[] {
  const why = { code: refusal.code, message: refusal.message };
  return queue.map((item) => (item.key === key ? { ...item, step: "refused", refusal: why } : item));
}

/**
 * The reader asks again. After `key_reused` the old key stands for other words, so a new one is
 * taken; after `moved` the words go to the new home, since the reader has now seen where.
 */
export function retried(item: Queued, home: string, freshKey: string): Queued {
  const key = item.refusal?.code === "key_reused" ? freshKey : item.key;
  const where: Destination = "to" in item.where ? { ...item.where, home } : item.where;
  return { ...item, key, where, step: "waiting", refusal: null };
}

/**
 * After the store was read: what another tab dropped goes, what it wrote comes. `before` are the keys
 * the store had when it was asked: of what was written, sent or dropped here since, it knows nothing.
 */
export function restored(queue: readonly Queued[], stored: readonly Queued[], before: ReadonlySet<string>): Queued[] {
  const there = new Set(stored.map((item) => item.key));
  const mine = queue.filter((item) => item.step === "sent" || !(there.has(item.key) || before.has(item.key)));
  const left = new Map(queue.map((item) => [item.key, item.step !== "sent"]));
  const theirs = stored.filter((item) => left.get(item.key) ?? !before.has(item.key));
  return [...mine, ...theirs].sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** What still has to be shown as on its way: a sent message goes when the room shows the real one. */
export function pending(queue: readonly Queued[], state: State): Queued[] {
  return unshown(queue, state).filter((item) => !(item.step === "sending" && arrived(state, item)));
}

/** Without what left and is in its room. */
export function unshown(queue: readonly Queued[], state: State): Queued[] {
  return queue.filter((item) => !(item.step === "sent" && isShown(state, item)));
}

/** Openings on their way to a room. */
export function openingsTo(queue: readonly Queued[], room: "street" | "neighbourhood"): Queued[] {
  return queue.filter((item) => "to" in item.where && item.where.to === room);
}

export function answersTo(queue: readonly Queued[], conversation: string): Queued[] {
  return queue.filter(({ where }) => ("replyTo" in where && where.replyTo === conversation) || ("chat" in where && where.chat === conversation));
}

function waitsForOpening(queue: readonly Queued[], item: Queued): boolean {
  const { where } = item;
  return "replyTo" in where && queue.some((other) => other.key === where.replyTo && other.step !== "sent");
}

function isShown(state: State, item: Queued): boolean {
  // Once the topic is past it the room had it, whatever of the room was given back or listed anew since.
  if (item.sentAt !== undefined && (state.topics[item.sentAt.topic]?.last ?? 0) >= item.sentAt.seq) return true;
  if ("to" in item.where) return item.messageId !== null && state.threads[item.messageId]?.opening != null;
  const thread = state.threads["chat" in item.where ? item.where.chat : item.where.replyTo];
  return thread !== undefined && messagesOf(thread).some((message) => message.id === item.messageId);
}

/** My own words may come back as an event just before the answer that names them. */
function arrived(state: State, item: Queued): boolean {
  const since = new Date(Date.parse(item.at) - 120_000).toISOString();
  const threads = "to" in item.where ? Object.values(state.threads) : [state.threads["chat" in item.where ? item.where.chat : item.where.replyTo]];
  return threads.some((thread) => {
    const last = "to" in item.where ? [thread?.opening] : thread?.tail.slice(-5);
    return last?.some((message) => message?.author.account === item.account && message.text === item.text && message.at > since);
  });
}
