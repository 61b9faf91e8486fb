// Where a flat chat or a message is on the screen. Topics are opaque: they travel whole in the path.

import type { State } from "../state";
import type { Message } from "../wire";

/** `view` is known for rooms of mine; a direct thread that was just opened is one of two. */
export function roomHref(topic: string, view: "direct" | "group" = topic.startsWith("group:") ? "group" : "direct"): string {
  return `/${view === "group" ? "groupes" : "messages"}/${encodeURIComponent(topic)}`;
}

export function messageHref(state: State, message: Message): string {
  const view = state.topics[message.topic]?.view;
  if (message.conversation === null) return roomHref(message.topic, view === "group" ? "group" : "direct");
  return `/${view === "street" ? "rue" : "voisinage"}/${message.conversation}`;
}
