// « lundi 30 novembre, 18 h » and how long is left, as people say it.

import { clockTime, dayIn } from "../words/dates";
import type { Words } from "../words/fr";

export function longMoment(at: string, words: Words): string {
  return `${dayIn({ weekday: "long", day: "numeric", month: "long" }, at, words)}, ${clockTime(at, words)}`;
}

/** « demain à 9 h 12 »: when something opens again, today or tomorrow; else its day. */
export function nextTime(at: string, now: number, words: Words): string {
  const day = (moment: number) => new Date(moment).toDateString();
  const time = clockTime(at, words);
  const fr = words.language === "fr";
  if (day(Date.parse(at)) === day(now)) return fr ? `aujourd’hui à ${time}` : `today ${time}`;
  if (day(Date.parse(at)) === day(now + 86_400_000)) return fr ? `demain à ${time}` : `tomorrow ${time}`;
  return longMoment(at, words);
}

/** « 1 min 40 s », « 2 min », for the two minutes in which an alert may be taken back. */
export function countdown(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}\u00a0s`;
  return seconds % 60 === 0 ? `${minutes}\u00a0min` : `${minutes}\u00a0min ${seconds % 60}\u00a0s`;
}

/** A moment as a field for a date and a time wants it; empty when there is none. */
export function local(at: string | number | Date | null | undefined): string {
  if (at == null) return "";
  const moment = new Date(at);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
