// Who may be named where: those who wrote there or belong there, as far as it is known here. Pure.

import { messagesOf } from "../threads";
import type { Company } from "../company";
import { inRoom, type State } from "../state";
import type { Author } from "../wire";

/** My contacts, and all whose words are known here. By name, without me. */
export function peopleHeard(state: State, contacts: readonly Author[]): Author[] {
  const found = new Map(contacts.map((one) => [one.account, one]));
  for (const thread of Object.values(state.threads)) for (const { author } of messagesOf(thread)) found.set(author.account, author);
  return [...found.values()].filter((one) => one.account !== "" && one.account !== state.me?.account).sort((one, other) => one.name.localeCompare(other.name));
}

/** Of a flat chat, with its members or its other one, or of the whole room that a street's cell belongs to. By name, without me. */
export function peopleOf(state: State, topic: string, { blocked, members, directs }: Company): Author[] {
  const view = state.topics[topic]?.view;
  const apart = new Set([...blocked.map((one) => one.account), state.me?.account, ""]);
  const other = directs[topic]?.other;
  const found = new Map([...(members[topic] ?? []), ...(other === undefined ? [] : [other])].map((one) => [one.account, one]));
  for (const thread of Object.values(state.threads)) {
    const here = view === "street" || view === "neighbourhood" ? inRoom(state, thread.topic, view) : thread.topic === topic;
    if (here) for (const { author } of messagesOf(thread)) found.set(author.account, author);
  }
  return [...found.values()].filter((one) => !apart.has(one.account)).sort((one, next) => one.name.localeCompare(next.name));
}
