// What this browser knows of the neighbourhood, as a pure function of what the server said. Live
// events, replays and pages of history may overlap: the sequence number tells what is new.

import { withGiven, withOwn } from "./reactions";
import { blank, isFlat, later, messagesOf, placeOf, renumbered, withAnswers, type Thread } from "./threads";
import type { AccountChanged, ConversationsAck, Event, HistoryAck, Me, Message, Position, ReactionChanged, SyncAck, View } from "./wire";

export { messagesOf, type Thread } from "./threads";

export type Room = "street" | "neighbourhood";

export type Topic = {
  readonly topic: string;
  readonly view: View;
  readonly title: string;
  readonly epoch: string;
  /** The last event applied: what the next `sync` starts from. */
  readonly last: number;
  /** The last event counted in `unread`. */
  readonly head: number;
  readonly read: number;
  readonly unread: number;
};

export type State = {
  readonly me: Me | null;
  readonly topics: Readonly<Record<string, Topic>>;
  readonly threads: Readonly<Record<string, Thread>>;
  /** Events that came before the ones they follow, or before the topic was known. */
  readonly held: Readonly<Record<string, readonly Event[]>>;
  /** Topics too far behind to be replayed: their room must be listed again. */
  readonly stale: readonly string[];
  /** Something was missed: ask for a `sync`. */
  readonly behind: boolean;
};

export const EMPTY: State = { me: null, topics: {}, threads: {}, held: {}, stale: [], behind: false };

// More than this in one topic means that a sync will bring them anyway.
const HELD_AT_MOST = 200;
// A conversation that is not on the screen keeps this many answers.
export const KEPT_ANSWERS = 60;

/** The next state after one event of the server, in whatever order it came. */
export function apply(state: State, event: Event): State {
  const topic = state.topics[event.topic];
  if (topic === undefined || event.epoch !== topic.epoch) return hold(state, event);
  if (event.seq <= topic.last) return state;
  if (event.seq > topic.last + 1) return hold(state, event);
  const told = tell(state, event);
  const after = told.topics[event.topic];
  if (after === undefined) return told;
  return release(withTopic(told, { ...after, last: event.seq, head: Math.max(after.head, event.seq) }), event.topic);
}

/** The state after the server's answer to `sync`. Unread counts are the server's, less what was just seen here. */
export function synced(state: State, ack: SyncAck): State {
  const topics: Record<string, Topic> = {};
  const stale = new Set(state.stale);
  for (const said of ack.topics) {
    const known = state.topics[said.topic];
    const continues = known !== undefined && known.epoch === said.epoch && !ack.reload.includes(said.topic);
    // A flat chat that was read before its topic was followed may have missed what came between.
    if (known === undefined ? said.topic in state.threads : !continues) stale.add(said.topic);
    const last = continues ? known.last : said.head;
    topics[said.topic] = { ...said, last, read: Math.max(said.read, continues ? known.read : 0) };
  }
  let next: State = {
    ...state,
    me: ack.me,
    topics,
    threads: renumbered(keep(state.threads, (thread) => thread.topic in topics), state.topics, topics),
    held: keep(state.held, (_events, name) => name in topics),
    stale: [...stale].filter((name) => name in topics),
    behind: false,
  };
  for (const event of ack.events) next = apply(next, event);
  for (const name of Object.keys(next.topics)) next = lessSeen(release(next, name), name);
  return next;
}

/** The state after the first or a further page of a room's conversations. */
export function listed(state: State, room: Room, ack: ConversationsAck, further: boolean): State {
  const threads: Record<string, Thread> = {};
  const fresh = new Set(ack.conversations.map((conversation) => conversation.message.id));
  for (const [id, thread] of Object.entries(state.threads)) {
    const gone = !further && !fresh.has(id) && state.stale.includes(thread.topic) && inRoom(state, thread.topic, room);
    if (!gone) threads[id] = thread;
  }
  for (const { message, replies, last, last_at } of ack.conversations) {
    const known = threads[message.id] ?? blank(message.id, message.topic);
    const trusted = !state.stale.includes(message.topic);
    const merged = withAnswers({ ...known, opening: message, tail: trusted ? known.tail : [] }, last);
    const upTo = last.reduce((seq, answer) => Math.max(seq, answer.seq), Math.max(message.seq, known.upTo));
    const count = upTo > known.upTo || !trusted ? replies : Math.max(replies, known.replies);
    threads[message.id] = { ...merged, replies: count, upTo, lastAt: later(known.lastAt, last_at), whole: merged.tail.length >= count };
  }
  const stale = further ? state.stale : state.stale.filter((name) => !inRoom(state, name, room));
  return { ...state, threads, stale };
}

/** The state after a page of one conversation's history; `before` is the message it was asked before. */
export function recalled(state: State, id: string, ack: HistoryAck, before: string | null): State {
  const known = state.threads[id] ?? blank(id, ack.messages[0]?.topic ?? id);
  const opening = ack.messages.find((message) => message.id === id) ?? known.opening;
  const answers = ack.messages.filter((message) => message.id !== id);
  if (before !== null && known.tail[0]?.id !== before) return state;
  const merged = withAnswers({ ...known, opening }, answers, before !== null);
  const newest = merged.tail.at(-1) ?? opening;
  const thread: Thread = {
    ...merged,
    topic: opening?.topic ?? known.topic,
    whole: !ack.more,
    upTo: Math.max(known.upTo, newest?.seq ?? 0),
    replies: ack.more ? Math.max(known.replies, merged.tail.length) : merged.tail.length,
    lastAt: later(known.lastAt, newest?.at ?? ""),
  };
  return { ...state, threads: { ...state.threads, [id]: thread } };
}

/** Flat chats too far behind to be replayed: what was known of them is asked for again. */
export function emptied(state: State): State {
  const flat = state.stale.filter((name) => ["group", "direct"].includes(state.topics[name]?.view ?? ""));
  if (flat.length === 0) return state;
  return { ...state, threads: keep(state.threads, (thread) => !(isFlat(thread) && flat.includes(thread.id))), stale: state.stale.filter((name) => !flat.includes(name)) };
}

/** The server names the newest event of topics that moved: a lost last event shows here. */
export function headsHeard(state: State, heads: Readonly<Record<string, Position>>): State {
  const missed = Object.entries(heads).some(([name, [epoch, seq]]) => {
    const topic = state.topics[name];
    return topic !== undefined && (topic.epoch !== epoch || seq > topic.last);
  });
  return missed ? { ...state, behind: true } : state;
}

/** Conversations off the screen give back the memory of their old answers. */
export function trimmed(state: State, openId: string | null): State {
  const long = Object.values(state.threads).filter((thread) => thread.tail.length > KEPT_ANSWERS && thread.id !== openId);
  if (long.length === 0) return state;
  const threads = { ...state.threads };
  for (const thread of long) threads[thread.id] = { ...thread, tail: thread.tail.slice(-KEPT_ANSWERS), whole: false };
  return { ...state, threads };
}

export function positions(state: State): Record<string, Position> {
  const answer: Record<string, Position> = {};
  for (const topic of Object.values(state.topics)) {
    if (!state.stale.includes(topic.topic)) answer[topic.topic] = [topic.epoch, topic.last];
  }
  return answer;
}

export function inRoom(state: State, topicName: string, room: Room): boolean {
  const view = state.topics[topicName]?.view;
  if (state.me?.street_is_neighbourhood) return view === "street" || view === "neighbourhood";
  return view === room;
}

/** The conversations of a room, the last one that moved first. */
export function threadsOf(state: State, room: Room): Thread[] {
  return Object.values(state.threads)
    .filter((thread) => thread.opening !== null && inRoom(state, thread.topic, room))
    .sort((one, other) => (one.lastAt < other.lastAt ? 1 : one.lastAt > other.lastAt ? -1 : 0));
}

function tell(state: State, event: Event): State {
  // A newer server may tell of kinds this client does not know: they only move the position.
  if ("message" in event) {
    const { kind, message }: { kind: string; message: Message } = event;
    return kind === "message.posted" ? posted(state, message) : rewritten(state, message);
  }
  if (event.kind === "reaction.changed") return reacted(state, event);
  if (event.kind === "account.changed") return accountChanged(state, event);
  if (event.kind === "read.moved") return readMoved(state, event.read);
  return state;
}

function posted(state: State, message: Message): State {
  const id = placeOf(message);
  const known = state.threads[id] ?? blank(id, message.topic);
  const grown = message.id === id ? { ...known, opening: message } : withAnswers(known, [message]);
  const isNew = message.seq > known.upTo;
  const mine = message.author.account === state.me?.account;
  const thread: Thread = {
    ...grown,
    replies: known.replies + (isNew && message.id !== id ? 1 : 0),
    upTo: Math.max(known.upTo, message.seq),
    lastAt: later(known.lastAt, message.at),
    whole: message.id === id ? true : known.whole,
  };
  const topic = state.topics[message.topic];
  const counts = topic !== undefined && !mine && !message.deleted && message.seq > topic.head && message.seq > topic.read;
  const next = { ...state, threads: { ...state.threads, [id]: thread } };
  return counts ? withTopic(next, { ...topic, unread: topic.unread + 1 }) : next;
}

/** A message as it stands now. Events say the same to all: which reactions are mine is kept. */
function rewritten(state: State, message: Message): State {
  const next = requoted(replaced(state, placeOf(message), message.id, (old) => withOwn(message, old.mine)), message);
  const thread = state.threads[placeOf(message)];
  const topic = state.topics[message.topic];
  const wasNew = topic !== undefined && thread !== undefined && message.seq > Math.max(topic.read, thread.seen) && message.author.account !== state.me?.account;
  return message.deleted && wasNew ? withTopic(next, { ...topic, unread: Math.max(0, topic.unread - 1) }) : next;
}

/** Quotes show a message as it stands now. */
function requoted(state: State, message: Message): State {
  const thread = state.threads[placeOf(message)];
  if (thread === undefined || !thread.tail.some((one) => one.quote?.id === message.id)) return state;
  const tail = thread.tail.map((one) => (one.quote?.id === message.id ? { ...one, quote: { ...one.quote, text: message.text.slice(0, 200), deleted: message.deleted } } : one));
  return { ...state, threads: { ...state.threads, [thread.id]: { ...thread, tail } } };
}

function reacted(state: State, event: ReactionChanged): State {
  const mine = event.by === state.me?.account;
  return replaced(state, event.conversation ?? event.topic, event.id, (old) => withGiven(old, event, mine));
}

/** A message as an answer to a command of mine gave it. */
export function learnt(state: State, message: Message): State {
  return replaced(state, placeOf(message), message.id, () => message);
}

function replaced(state: State, id: string, messageId: string, change: (old: Message) => Message): State {
  const thread = state.threads[id];
  if (thread === undefined) return state;
  const replace = (old: Message) => (old.id === messageId ? change(old) : old);
  const opening = thread.opening && replace(thread.opening);
  return { ...state, threads: { ...state.threads, [id]: { ...thread, opening, tail: thread.tail.map(replace) } } };
}

function accountChanged(state: State, event: AccountChanged): State {
  const moved = JSON.stringify(rights(event.me)) !== JSON.stringify(rights(state.me));
  return readMoved({ ...state, me: event.me, behind: state.behind || moved }, event.read);
}

/** Another device read on. */
function readMoved(state: State, read: AccountChanged["read"]): State {
  let next = state;
  for (const [name, [epoch, seq]] of Object.entries(read)) {
    const topic = next.topics[name];
    if (topic === undefined || topic.epoch !== epoch || seq <= topic.read) continue;
    const left = unseen(next, name).filter((message) => message.seq <= seq).length;
    const unread = seq >= topic.last ? 0 : Math.max(0, topic.unread - left);
    next = withTopic(next, { ...topic, read: seq, unread });
  }
  return next;
}

/** The messages of others in a topic that are known here and were not shown yet. */
export function unseen(state: State, name: string): Message[] {
  const topic = state.topics[name];
  if (topic === undefined) return [];
  return Object.values(state.threads)
    .filter((thread) => thread.topic === name && thread.upTo > Math.max(topic.read, thread.seen))
    .flatMap((thread) => messagesOf(thread).filter((message) => message.seq > Math.max(topic.read, thread.seen)))
    .filter((message) => message.author.account !== state.me?.account && !message.deleted);
}

function lessSeen(state: State, name: string): State {
  const topic = state.topics[name];
  if (topic === undefined || topic.unread === 0) return state;
  const ahead = Object.values(state.threads)
    .filter((thread) => thread.topic === name && thread.seen > topic.read)
    .flatMap((thread) => messagesOf(thread).filter((message) => message.seq > topic.read && message.seq <= thread.seen))
    .filter((message) => message.author.account !== state.me?.account && !message.deleted);
  return ahead.length === 0 ? state : withTopic(state, { ...topic, unread: Math.max(0, topic.unread - ahead.length) });
}

function rights(me: Me | null): unknown {
  return me === null ? null : [me.account, me.status, me.level, me.home, me.rights];
}

function hold(state: State, event: Event): State {
  const waiting = [...(state.held[event.topic] ?? []), event].slice(-HELD_AT_MOST);
  return { ...state, held: { ...state.held, [event.topic]: waiting }, behind: true };
}

function release(state: State, name: string): State {
  const waiting = state.held[name];
  if (waiting === undefined) return state;
  const last = state.topics[name]?.last ?? 0;
  const next = waiting.find((event) => event.seq === last + 1 && event.epoch === state.topics[name]?.epoch);
  const left = waiting.filter((event) => event.seq > last && event !== next);
  const held = keep({ ...state.held, [name]: left }, (events) => events.length > 0);
  return next === undefined ? { ...state, held } : apply({ ...state, held }, next);
}

function withTopic(state: State, topic: Topic): State {
  return { ...state, topics: { ...state.topics, [topic.topic]: topic } };
}

function keep<Value>(record: Readonly<Record<string, Value>>, wanted: (value: Value, name: string) => boolean): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => wanted(value, name)));
}
