// The groups, direct threads, blocks and choices of this member, as a pure function of what the
// server said.

import type { Arrival, Author, Direct, Event, Group, GroupOpenAck, Prefs, RoomChoice, Seen, SyncAck } from "./wire";

export type Company = {
  /** Mine by topic: those I am in, and those I asked for or am invited to. */
  readonly groups: Readonly<Record<string, Group>>;
  readonly directs: Readonly<Record<string, Direct>>;
  /** Who is in groups of mine, by topic, as far as their lists were opened here. */
  readonly members: Readonly<Record<string, readonly Author[]>>;
  readonly blocked: readonly Author[];
  readonly rooms: Readonly<Record<string, RoomChoice>>;
  /** Who may see that I am here. */
  readonly presence: Seen;
  /** Whose arrivals and welcomes these are: another home has its own. Empty before the first sync. */
  readonly home: string;
  /** Who has just arrived, and who wished me welcome: the newest first. */
  readonly arrivals: readonly Arrival[];
  readonly welcomes: readonly Welcome[];
};

export type Welcome = { readonly by: Author; readonly at: string };

export const ALONE: Company = { groups: {}, directs: {}, members: {}, blocked: [], rooms: {}, presence: { visible_to: "nobody", away_until: null }, home: "", arrivals: [], welcomes: [] };
// As many arrivals as the server lists.
const KEPT = 50;

const INSIDE: ReadonlySet<string> = new Set(["owner", "moderator", "member"]);

export function isInside(group: Group): boolean {
  return group.mine !== null && INSIDE.has(group.mine);
}

export function gathered(company: Company, ack: SyncAck): Company {
  const { home } = ack.me;
  const moved = company.home !== "" && company.home !== home;
  const groups = byTopic(ack.groups);
  const members = Object.fromEntries(Object.entries(company.members).filter(([topic]) => topic in groups));
  const now = { ...company, ...(moved ? { arrivals: [], welcomes: [] } : {}), home, groups, members, directs: byTopic(ack.directs), blocked: ack.blocked };
  return ack.events.filter((event) => event.kind === "member.arrived" || event.kind === "member.welcomed").reduce(met, now);
}

export function chosen(company: Company, prefs: Prefs): Company {
  return { ...company, rooms: prefs.rooms, presence: prefs.presence };
}

/** After one event. What all hear of a group says nothing of my own part in it: that is kept. */
export function met(company: Company, event: Event): Company {
  switch (event.kind) {
    case "direct.changed":
      return { ...company, directs: put(company.directs, event.about, event.direct) };
    case "group.changed": {
      if (event.topic !== event.about) return { ...company, groups: put(company.groups, event.about, event.group) };
      const known = company.groups[event.about];
      if (known === undefined || event.group === null || event.group.version < known.version) return company;
      return withGroup(company, { ...event.group, mine: known.mine, waiting: known.waiting });
    }
    case "block.changed":
      return { ...company, blocked: event.blocked };
    case "member.arrived":
      return event.member === null ? company : { ...company, arrivals: newest(company.arrivals, { member: event.member, at: event.at, welcomed: false }, (one) => one.member.account) };
    case "member.welcomed":
      return event.by === null ? company : { ...company, welcomes: newest(company.welcomes, { by: event.by, at: event.at }, (one) => one.by.account) };
    case "prefs.changed":
      return chosen(company, event.prefs);
    default:
      return company;
  }
}

export function moderates(group: Group | undefined): boolean {
  return group?.mine === "owner" || group?.mine === "moderator";
}

/** A group as an answer of the server gave it. */
export function withGroup(company: Company, group: Group): Company {
  return { ...company, groups: put(company.groups, group.topic, group.mine === null ? null : group) };
}

/** The same with a page of who is in, `first` the list anew. */
export function withMembers(company: Company, { group, members }: GroupOpenAck, { first }: { first: boolean }): Company {
  const inside = members.filter((one) => INSIDE.has(one.standing)).map((one) => one.member);
  const before = first ? [] : (company.members[group.topic] ?? []);
  return { ...withGroup(company, group), members: put(company.members, group.topic, isInside(group) ? [...before, ...inside] : null) };
}

export function withDirect(company: Company, direct: Direct): Company {
  return { ...company, directs: put(company.directs, direct.topic, direct) };
}

/** What was chosen for a place; before that, as in the nearest of the rooms around it. */
export function choiceFor(company: Company, place: string, around: readonly string[]): RoomChoice {
  // A thread of two is meant for its reader; elsewhere one is called by name.
  const usual = place in company.directs ? "all" : "mentions";
  const level = around.map((room) => company.rooms[room]?.level).find((one) => one !== undefined);
  return company.rooms[place] ?? { level: level ?? usual, snoozed_until: null };
}

export function isMuted(company: Company, room: string): boolean {
  return company.rooms[room]?.level === "nothing";
}

/** Of each account the last word. */
function newest<One>(known: readonly One[], one: One, account: (one: One) => string): readonly One[] {
  return [one, ...known.filter((other) => account(other) !== account(one))].slice(0, KEPT);
}

function put<One>(record: Readonly<Record<string, One>>, name: string, value: One | null): Record<string, One> {
  const next = { ...record };
  if (value === null) delete next[name];
  else next[name] = value;
  return next;
}

function byTopic<One extends { topic: string }>(list: readonly One[]): Record<string, One> {
  return Object.fromEntries(list.map((one) => [one.topic, one]));
}
