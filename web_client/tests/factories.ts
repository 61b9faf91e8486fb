import { EMPTY, synced, type State } from "../src/state";
import type { Event, Me, Message, MessagePosted, SyncAck, TopicState } from "../src/wire";

export const ME: Me = {
  account: "camille", name: "Camille", language: "fr", status: "verified", level: "postcard", visitor_until: null, home: "street:a",
  street: "Rue de la Chaussée", city: "Rennes", street_is_neighbourhood: false,
  rights: { read_street: true, write_street: true, read_neighbourhood: true, write_neighbourhood: true, receive_alerts: true, vouch: true },
};

export function ulid(n: number): string {
  return String(n).padStart(26, "0");
}

/** Message `seq` of a topic; `conversation` is the seq of its opening. */
export function message(seq: number, conversation = seq, author = "nadia", topic = "street:a"): Message {
  return {
    id: ulid(seq), topic, seq, conversation: ulid(conversation), author: { account: author, name: author, level: "postcard" },
    text: `words ${seq}`, at: new Date(Date.UTC(2026, 10, 23, 9, 0, seq)).toISOString(), version: 1, edited_at: null, deleted: false,
    quote: null, mentions: [], photos: [], reactions: {}, mine: [], silent: false,
  };
}

export function posted(said: Message): MessagePosted {
  return { kind: "message.posted", topic: said.topic, epoch: "e", seq: said.seq, at: said.at, message: said };
}

export function topic(name: string, head: number, read = head, unread = 0): TopicState {
  return { topic: name, view: name.split(":")[0] as TopicState["view"], title: name, epoch: "e", head, read, unread };
}

export function syncAck(topics: TopicState[], events: Event[] = [], reload: string[] = []): SyncAck {
  return { me: ME, topics, events, reload, more: false, alerts: [], sightings: [], announcements: [], groups: [], directs: [], blocked: [] };
}

/** A room that follows `street:a` up to `head`, all read. */
export function room(head = 0): State {
  return synced(EMPTY, syncAck([topic("street:a", head)]));
}

/** A browser's localStorage. */
export class KeptWords {
  [key: string]: unknown;

  getItem(key: string): string | null {
    return (this[key] as string | undefined) ?? null;
  }

  setItem(key: string, value: string): void {
    this[key] = value;
  }

  removeItem(key: string): void {
    delete this[key];
  }
}
