// What is said of an alert in a line: what happened, how it ended (good news first).

import type { Alert, AlertResolve } from "../wire";
import { KINDS, PRINTED, type Kind } from "./kinds";
import type { AlertWords } from "./words";

/** How an alert of this kind may end, good news first. */
export function outcomesOf(kind: Kind): NonNullable<AlertResolve["outcome"]>[] {
  if (KINDS[kind].pet) return ["home", "brought_back", "false_alarm", "died"];
  // Its poster says that it was found.
  return PRINTED.has(kind) ? ["brought_back", "over", "false_alarm"] : ["over", "false_alarm"];
}

export function endOf(alert: Alert, words: AlertWords): string {
  if (alert.state === "withdrawn") return words.withdrawn;
  if (alert.state !== "resolved") return alert.state === "expired" ? words.expired : words.ended;
  if (alert.outcome === "died") return words.diedWords;
  if (alert.outcome === "false_alarm" || alert.outcome === "over" || alert.outcome === null) return words.outcomes[alert.outcome ?? "over"];
  if (!KINDS[alert.kind].pet) return [words.found, thanksOf(alert, words)].filter((line) => line !== "").join(" ");
  const name = typeof alert.details.name === "string" ? alert.details.name : words.kinds[alert.kind];
  return [words.isHome(name), thanksOf(alert, words)].filter((line) => line !== "").join(" ");
}

/** It ended well: that is told in green. */
export function isGood(alert: Alert): boolean {
  return alert.state === "resolved" && alert.outcome !== "died";
}

/** The kind, once: the title of a pet's alert says it already. */
export function headlineOf(alert: Alert, words: AlertWords): string {
  const kind = words.kinds[alert.kind];
  if (alert.title === "") return kind;
  if (!KINDS[alert.kind].pet) return words.headline(kind, alert.title);
  const { name } = alert.details;
  return typeof name === "string" && name !== "" ? words.headline(kind, name) : alert.title;
}

/** « Merci à Inès, Paul et 3 autres. » */
export function thanksOf(alert: Alert, words: AlertWords): string {
  const names = alert.thanks.map((author) => author.name).filter((name) => name !== "");
  return names.length === 0 ? "" : words.thanks(names.slice(0, 2).join(", "), Math.max(0, names.length - 2)).replace("..", ".");
}

/** What the form knew, as the page tells it. */
export function factsOf(alert: Alert, words: AlertWords, moment: (at: string) => string): [string, string][] {
  return Object.entries(alert.details).flatMap(([name, value]): [string, string][] => {
    const label = name === "from" || name === "to" ? words.asks[name] : words.facts[name];
    if (label === undefined || value === null || value === "") return [];
    if (typeof value === "boolean") return [[label, value ? words.yes : words.no]];
    if (name === "from" || name === "to") return [[label, moment(String(value))]];
    return [[label, Array.isArray(value) ? value.join(", ") : String(value)]];
  });
}
