// What the reader was shown, and the read pointers that follow from it. A pointer covers a whole
// topic, many conversations: it moves only over messages that were all shown. Pure.

import { isMuted, type Company } from "./company";
import { messagesOf, threadsOf, unseen, type Room, type State, type Thread } from "./state";
import { placeOf } from "./threads";
import type { Message, Position } from "./wire";

/** The state after the reader was shown a conversation up to `upTo`. */
export function saw(state: State, id: string, upTo: number): State {
  const thread = state.threads[id];
  if (thread === undefined || upTo <= thread.seen) return state;
  const threads = { ...state.threads, [id]: { ...thread, seen: upTo } };
  const topic = state.topics[thread.topic];
  if (topic === undefined) return { ...state, threads }; // the first sync is still to come: `caughtUpWithEyes`
  const shown = unseen(state, topic.topic).filter((message) => placeOf(message) === id && message.seq <= upTo).length;
  const topics = { ...state.topics, [topic.topic]: { ...topic, unread: Math.max(0, topic.unread - shown) } };
  // My own words need no pointer: they are never new to me.
  return shown === 0 ? { ...state, threads } : moved({ ...state, threads, topics }, topic.topic);
}

/** The state after a sync: pointers that lie behind what was shown before it follow. */
export function caughtUpWithEyes(state: State): State {
  const ahead = Object.values(state.threads).filter((thread) => thread.seen > (state.topics[thread.topic]?.read ?? Infinity));
  return [...new Set(ahead.map((thread) => thread.topic))].reduce(moved, state);
}

/** Answers of others in a conversation that this reader was not shown. `more`: there are older ones too. */
export function news(state: State, thread: Thread): { count: number; more: boolean } {
  const answers = fresh(state, thread).filter((message) => message.id !== thread.id);
  return { count: answers.length, more: answers.length > 0 && answers.length === thread.tail.length && !thread.whole };
}

export function unreadIn(state: State, room: Room): number {
  return Object.values(state.topics)
    .filter((topic) => topic.view === room)
    .reduce((sum, topic) => sum + topic.unread, 0);
}

/** In groups and direct threads that are not muted; a request to answer counts too. */
export function unreadInTwosAndGroups(state: State, company: Company): number {
  const requests = Object.values(company.directs).filter((one) => one.state === "request" && (state.topics[one.topic]?.unread ?? 0) === 0).length;
  return Object.values(state.topics)
    .filter((topic) => (topic.view === "group" || topic.view === "direct") && !isMuted(company, topic.topic))
    .reduce((sum, topic) => sum + topic.unread, requests);
}

/** All of these topics as read. */
export function allRead(state: State, names: readonly string[]): State {
  const topics = { ...state.topics };
  for (const name of names) {
    const topic = topics[name];
    if (topic !== undefined) topics[name] = { ...topic, read: Math.max(topic.read, topic.last), unread: 0 };
  }
  return { ...state, topics };
}

/** The first message of a conversation that the reader was not shown; null when all were, or when it is not here. */
export function firstUnread(state: State, thread: Thread): string | null {
  const first = fresh(state, thread)[0];
  const mayBeEarlier = first !== undefined && !thread.whole && first.id === thread.tail[0]?.id;
  return first === undefined || mayBeEarlier ? null : first.id;
}

/** The first conversation of a room with something new in it, from the top. */
export function firstNewThread(state: State, room: Room): string | null {
  return threadsOf(state, room).find((thread) => fresh(state, thread).length > 0)?.id ?? null;
}

/** The pointers that moved between two states: what `read` must tell the server. */
export function pointersMoved(told: Readonly<Record<string, number>>, state: State): Record<string, Position> {
  const answer: Record<string, Position> = {};
  for (const topic of Object.values(state.topics)) {
    if (topic.read > (told[topic.topic] ?? topic.read)) answer[topic.topic] = [topic.epoch, topic.read];
  }
  return answer;
}

function moved(state: State, name: string): State {
  const topic = state.topics[name];
  if (topic === undefined) return state;
  const left = unseen(state, name);
  if (topic.unread > left.length) return state; // some unread message is not here: stay before it
  const next = left.reduce((seq, message) => Math.min(seq, message.seq - 1), topic.last);
  return next <= topic.read ? state : { ...state, topics: { ...state.topics, [name]: { ...topic, read: next } } };
}

function fresh(state: State, thread: Thread): Message[] {
  const read = Math.max(state.topics[thread.topic]?.read ?? 0, thread.seen);
  if (thread.upTo <= read) return [];
  return messagesOf(thread).filter((message) => message.seq > read && message.author.account !== state.me?.account && !message.deleted);
}
