// Dates and times as people of the chosen language write them: « 9 h 44 », « 18 h », « 1er décembre » in French.

import type { Words } from "./fr";

const DAY_MS = 86_400_000;

export function clockTime(at: string | number, words: Words): string {
  const date = new Date(at);
  const minutes = date.getMinutes();
  if (words.language === "fr") return `${date.getHours()}\u00a0h${minutes === 0 ? "" : `\u00a0${String(minutes).padStart(2, "0")}`}`;
  return new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" }).format(date);
}

/** A day in these parts: « lundi 1er décembre ». */
export function dayIn(style: Intl.DateTimeFormatOptions, at: string | number, words: Words): string {
  if (words.language !== "fr") return new Intl.DateTimeFormat("en-GB", style).format(new Date(at));
  return new Intl.DateTimeFormat("fr", style).format(new Date(at)).replace(/\b1 (?=\p{L})/u, "1er ");
}

/** « Aujourd’hui, lundi 23 novembre ». */
export function dayLine(at: string, now: number, words: Words): string {
  const far = now - Date.parse(at) > 300 * DAY_MS;
  const style: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long", ...(far ? { year: "numeric" } : {}) };
  const day = dayIn(style, at, words);
  if (dayOf(at) === dayOf(now)) return `${words.when.today}, ${day}`;
  if (dayOf(at) === dayOf(now - DAY_MS)) return `${words.when.yesterday}, ${day}`;
  return day;
}

/** A short age for a card: « il y a 12 min », « 9 h 44 », « hier », « lundi », « 3 novembre ». */
export function shortAge(at: string, now: number, words: Words): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return words.when.now;
  if (minutes < 60) return words.when.minutes(minutes);
  if (dayOf(at) === dayOf(now)) return clockTime(at, words);
  if (dayOf(at) === dayOf(now - DAY_MS)) return `${words.when.yesterday.toLowerCase()}, ${clockTime(at, words)}`;
  return dayIn(minutes < 6 * 1440 ? { weekday: "long" } : { day: "numeric", month: "long" }, at, words);
}

export function dayOf(at: string | number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** What is left of a visit, rounded down to whole hours; minutes in the last one. */
export function visitLeft(until: string, now: number, words: Words): string {
  const minutes = Math.max(0, Math.floor((Date.parse(until) - now) / 60_000));
  return minutes >= 60 ? words.visit.left(Math.floor(minutes / 60)) : words.visit.leftMinutes(minutes);
}
