// A conversation: its opening and the answers known here. Pure.

import type { Message } from "./wire";

/** A conversation as far as it is known here, or a flat chat under its topic's name. `tail` has no hole and ends with the newest answer. */
export type Thread = {
  readonly id: string;
  readonly topic: string;
  readonly opening: Message | null;
  readonly tail: readonly Message[];
  readonly replies: number;
  /** The greatest sequence number counted in `replies`. */
  readonly upTo: number;
  /** The greatest one this reader was shown, here. */
  readonly seen: number;
  readonly lastAt: string;
  /** Nothing lies between the opening and the tail. */
  readonly whole: boolean;
};

/** A group's or direct thread's chat has no opening. */
export function isFlat(thread: Thread): boolean {
  return thread.id === thread.topic;
}

/** Where a message stands: its conversation, or the flat chat it was written in. */
export function placeOf(message: Message): string {
  return message.conversation ?? message.topic;
}

export function messagesOf(thread: Thread): readonly Message[] {
  return thread.opening === null ? thread.tail : [thread.opening, ...thread.tail];
}

/** Puts answers where they belong. Newer ones that do not touch the tail replace it: a tail has no hole. */
export function withAnswers(thread: Thread, answers: readonly Message[], older = false): Thread {
  const first = answers[0];
  if (first === undefined) return thread;
  const newest = thread.tail.at(-1);
  if (answers.length === 1 && newest !== undefined && first.seq > newest.seq) return { ...thread, tail: [...thread.tail, first] };
  const oldest = thread.tail[0];
  if (older && oldest !== undefined) {
    const page = [...answers].sort((one, other) => one.seq - other.seq);
    if ((page.at(-1)?.seq ?? 0) < oldest.seq) return { ...thread, tail: [...page, ...thread.tail] };
  }
  const apart = !older && newest !== undefined && first.seq > newest.seq && answers.length > 1;
  const base = apart ? [] : thread.tail;
  const byId = new Map([...base, ...answers].map((message) => [message.id, message]));
  const tail = [...byId.values()].sort((one, other) => one.seq - other.seq);
  return { ...thread, tail, whole: apart ? false : thread.whole };
}

export function blank(id: string, topic: string): Thread {
  return { id, topic, opening: null, tail: [], replies: 0, upTo: 0, seen: 0, lastAt: "", whole: false };
}

export function later(one: string, other: string): string {
  return one > other ? one : other;
}

type Epochs = Readonly<Record<string, { readonly epoch: string }>>;

/** A restored server numbers anew: what the old numbers said of its conversations is forgotten. */
export function renumbered(threads: Readonly<Record<string, Thread>>, before: Epochs, now: Epochs): Record<string, Thread> {
  const isAnew = (name: string) => name in before && before[name]?.epoch !== now[name]?.epoch;
  return Object.fromEntries(Object.entries(threads).map(([id, thread]) => [id, isAnew(thread.topic) ? { ...thread, seen: 0, upTo: 0 } : thread]));
}
