// What crosses the edge. Generated from realtime/wire by `python -m realtime.wire`.

export type Position = [epoch: string, seq: number];
export type View = "street" | "neighbourhood" | "area" | "official" | "account" | "group" | "direct";
export type Level = "visitor" | "location" | "vouched" | "postcard" | "in_person";
export type Author = { account: string; name: string; level: string };
export type Message = {
  id: string;
  topic: string;
  seq: number;
  conversation: string | null;
  author: Author;
  text: string;
  at: string;
  version: number;
  edited_at: string | null;
  deleted: boolean;
};
export type Rights = {
  read_street: boolean;
  write_street: boolean;
  read_neighbourhood: boolean;
  write_neighbourhood: boolean;
  receive_alerts: boolean;
  vouch: boolean;
};
export type Me = {
  account: string;
  name: string;
  status: "visitor" | "verified" | "expired";
  level: string;
  visitor_until: string | null;
  language: string;
  home: string;
  street: string;
  city: string;
  street_is_neighbourhood: boolean;
  rights: Rights;
};
export type TopicState = {
  topic: string;
  view: View;
  title: string;
  epoch: string;
  head: number;
  read: number;
  unread: number;
};
export type Event = {
  kind: string;
  topic: string;
  epoch: string;
  seq: number;
  at: string;
  message?: Message;
  me?: Me;
  read?: Record<string, Position>;
};
export type SyncAck = {
  ok: true;
  me: Me;
  topics: TopicState[];
  events: Event[];
  reload: string[];
  more: boolean;
};
export type Conversation = { message: Message; replies: number; last: Message[]; last_at: string };
export type ConversationsAck = { ok: true; conversations: Conversation[]; more: string | null };
export type HistoryAck = { ok: true; messages: Message[]; more: boolean };
export type PostAck = { ok: true; message: Message };
export type Refusal = { ok: false; code: string; message: string; retry_after?: number; field?: string };
