// Reactions on a message: how often each stands, and which are mine. Pure.

import type { Message, ReactionChanged } from "./wire";

export type Reaction = Message["mine"][number];

/** In the order they are offered. */
export const REACTIONS: readonly Reaction[] = ["thumb", "heart", "smile", "wow", "sad", "thanks"];

/** A message of an event, which knows nobody's own reactions. */
export function withOwn(message: Message, mine: readonly Reaction[]): Message {
  return { ...message, mine: mine.filter((one) => (message.reactions[one] ?? 0) > 0) };
}

export function withGiven(message: Message, event: ReactionChanged, isMine: boolean): Message {
  return { ...message, reactions: event.reactions, mine: isMine ? event.given : message.mine };
}

/** Those that stand on a message, in the order they are offered. */
export function standing(message: Message): { reaction: Reaction; count: number; mine: boolean }[] {
  return REACTIONS.map((reaction) => ({ reaction, count: message.reactions[reaction] ?? 0, mine: message.mine.includes(reaction) })).filter((one) => one.count > 0);
}
