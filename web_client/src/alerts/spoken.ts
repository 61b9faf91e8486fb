// What a screen reader hears of alerts that come while one is here: life at once, the rest in its turn.

import type { Event } from "../wire";
import { isOpen, type Book } from "./book";
import { endOf } from "./ending";
import { alertWords } from "./words";

export type Spoken = { text: string; grave: boolean };

/** The same alert reaches a page by several topics, and what I did myself I know: each is said once. */
export function spokenOf(before: Book, event: Event, me: string | null, language: "fr" | "en", now: number): Spoken | null {
  const words = alertWords(language);
  if (event.kind === "announcement.published") {
    const { id, state, organisation, title } = event.announcement;
    return state === "published" && before.announcements[id] === undefined ? { text: `${words.official}, ${organisation.name}. ${title}`, grave: false } : null;
  }
  if (event.kind !== "alert.raised" && event.kind !== "alert.updated" && event.kind !== "alert.resolved") return null;
  const { alert } = event;
  const known = before.alerts[alert.id];
  if (alert.author.account === me || (known !== undefined && known.version >= alert.version)) return null;
  const open = isOpen(alert, now);
  if (!open) return known !== undefined && isOpen(known, now) ? { text: `${alert.title}. ${endOf(alert, words)}`, grave: false } : null;
  const grave = alert.severity === "life";
  const isNews = known === undefined || (grave && known.severity !== "life");
  return isNews ? { text: `${words.kinds[alert.kind]}. ${alert.title}${grave ? `. ${words.callFirst}` : ""}`, grave } : null;
}
