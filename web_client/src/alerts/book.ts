// The alerts and announcements known here, as a pure function of what the server said. Each event
// carries the whole object: the newest version stays, hearing it twice shows it once.

import type { Place } from "../routes";
import type { Alert, Announcement, Event, Sighting, SyncAck } from "../wire";

export type Book = {
  readonly alerts: Readonly<Record<string, Alert>>;
  /** Sightings that wait for my answer. */
  readonly waiting: Readonly<Record<string, Sighting>>;
  readonly announcements: Readonly<Record<string, Announcement>>;
};

export const NOTHING: Book = { alerts: {}, waiting: {}, announcements: {} };

const OPEN: ReadonlySet<string> = new Set(["active", "disputed"]);
const WEIGHT = { life: 0, serious: 1, minor: 2, info: 3 } as const;
// What ended while one looked on stays on the screen this long: the good news above all.
const SHOWN_AFTER_END_MS = 24 * 3_600_000;

export function isOpen(alert: Alert, now: number): boolean {
  return OPEN.has(alert.state) && now < Date.parse(alert.expires_at);
}

/** After `sync`: what is open is the server's word; what ended here lately stays. */
export function opened(book: Book, ack: SyncAck, now: number): Book {
  const ended = Object.values(book.alerts).filter((alert) => !OPEN.has(alert.state) && now - Date.parse(alert.closed_at ?? alert.updated_at) < SHOWN_AFTER_END_MS);
  return {
    alerts: byId([...ended, ...ack.alerts]),
    waiting: byId(ack.sightings),
    announcements: byId(ack.announcements),
  };
}

/** After one event, in whatever order it came. */
export function heard(book: Book, event: Event): Book {
  const { alert, other, sighting, announcement } = event as Partial<{ alert: Alert; other: Alert; sighting: Sighting | null; announcement: Announcement }>;
  let next = book;
  for (const told of [alert, other]) if (told !== undefined) next = withAlert(next, told);
  if (sighting != null) next = { ...next, waiting: withSighting(next, sighting) };
  if (announcement !== undefined) next = { ...next, announcements: withAnnouncement(next, announcement) };
  return next;
}

export function withAlert(book: Book, alert: Alert): Book {
  const known = book.alerts[alert.id];
  if (known !== undefined && known.version > alert.version) return book;
  const waiting = OPEN.has(alert.state) ? book.waiting : byId(Object.values(book.waiting).filter((one) => one.alert !== alert.id));
  return { ...book, waiting, alerts: { ...book.alerts, [alert.id]: alert } };
}

function withSighting(book: Book, sighting: Sighting): Readonly<Record<string, Sighting>> {
  const others = Object.values(book.waiting).filter((one) => one.id !== sighting.id);
  return byId(sighting.state === "waiting" ? [...others, sighting] : others);
}

function withAnnouncement(book: Book, announcement: Announcement): Readonly<Record<string, Announcement>> {
  const others = Object.values(book.announcements).filter((one) => one.id !== announcement.id);
  return byId(announcement.state === "published" ? [...others, announcement] : others);
}

/** Open ones, life first, then by time; the ended ones after them. */
export function listed(book: Book, now: number): Alert[] {
  const rank = (alert: Alert) => (isOpen(alert, now) ? (alert.severity === "life" ? 0 : 1) : 2);
  return Object.values(book.alerts)
    .filter((alert) => alert.state !== "removed" && (isOpen(alert, now) || !OPEN.has(alert.state)))
    .sort((one, two) => rank(one) - rank(two) || (one.raised_at < two.raised_at ? 1 : -1));
}

/** The one a room shows above its conversations: the gravest, then the newest. */
export function foremost(book: Book, now: number): Alert | null {
  const open = Object.values(book.alerts).filter((alert) => isOpen(alert, now));
  open.sort((one, two) => WEIGHT[one.severity] - WEIGHT[two.severity] || (one.raised_at < two.raised_at ? 1 : -1));
  return open[0] ?? null;
}

/** The alerts that neighbours talk about, by their conversations. */
export function byConversation(book: Book): ReadonlyMap<string, Alert> {
  return new Map(Object.values(book.alerts).flatMap((alert): [string, Alert][] => (alert.conversation === null || alert.state === "removed" ? [] : [[alert.conversation, alert]])));
}

/** The alerts that a page at this place shows; a wide one has a column for all of them. */
export function inSight(book: Book, { screen, id }: Place, wide: boolean, now: number): Alert[] {
  if (wide || screen === "around") return listed(book, now);
  const one = screen === "street" || screen === "neighbourhood" ? foremost(book, now) : screen === "alertPage" ? book.alerts[id] : null;
  return one == null ? [] : [one];
}

export function news(book: Book, now: number): Announcement[] {
  const urgent = (one: Announcement) => (one.level === "urgent" ? 0 : 1);
  return Object.values(book.announcements)
    .filter((one) => now < Date.parse(one.expires_at))
    .sort((one, two) => urgent(one) - urgent(two) || (one.publish_at < two.publish_at ? 1 : -1));
}

function byId<One extends { id: string }>(list: readonly One[]): Record<string, One> {
  return Object.fromEntries(list.map((one) => [one.id, one]));
}
