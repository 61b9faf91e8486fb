// Who may be named where: those who wrote there, as far as it is known here. Pure.

import { messagesOf } from "../threads";
import { inRoom, type State } from "../state";
import type { Author } from "../wire";

/** My contacts, and all whose words are known here. By name, without me. */
export function peopleHeard(state: State, contacts: readonly Author[]): Author[] {
  const found = new Map(contacts.map((one) => [one.account, one]));
  for (const thread of Object.values(state.threads)) for (const { author } of messagesOf(thread)) found.set(author.account, author);
  return [...found.values()].filter((one) => one.account !== "" && one.account !== state.me?.account).sort((one, other) => one.name.localeCompare(other.name));
}

/** Of a flat chat, or of the whole room that a street's cell belongs to. By name, without me. */
export function peopleOf(state: State, topic: string, blocked: readonly Author[]): Author[] {
  const view = state.topics[topic]?.view;
  const apart = new Set([...blocked.map((one) => one.account), state.me?.account, ""]);
  const found = new Map<string, Author>();
  for (const thread of Object.values(state.threads)) {
    const here = view === "street" || view === "neighbourhood" ? inRoom(state, thread.topic, view) : thread.topic === topic;
    if (here) for (const { author } of messagesOf(thread)) if (!apart.has(author.account)) found.set(author.account, author);
  }
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name));
}
