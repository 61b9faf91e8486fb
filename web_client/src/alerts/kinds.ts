// What the browser knows of each kind: its sign, its form, how far it may reach. The server decides.

import Cat from "@lucide/svelte/icons/cat";
import CloudAlert from "@lucide/svelte/icons/cloud-alert";
import Dog from "@lucide/svelte/icons/dog";
import DoorClosed from "@lucide/svelte/icons/door-closed";
import Flame from "@lucide/svelte/icons/flame";
import HandHelping from "@lucide/svelte/icons/hand-helping";
import Landmark from "@lucide/svelte/icons/landmark";
import PackageSearch from "@lucide/svelte/icons/package-search";
import PawPrint from "@lucide/svelte/icons/paw-print";
import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import Siren from "@lucide/svelte/icons/siren";
import TrafficCone from "@lucide/svelte/icons/traffic-cone";
import UserSearch from "@lucide/svelte/icons/user-round-search";
import ZapOff from "@lucide/svelte/icons/zap-off";
import type { Component } from "svelte";
import type { Alert, Me } from "../wire";

export type Kind = Alert["kind"];
export type Form = { icon: Component; form: "pet" | "theft" | "plain"; pet: boolean; radii: readonly number[]; callFirst: boolean; severities: readonly Alert["severity"][] };

const RISING: readonly Alert["severity"][] = ["info", "minor", "serious", "life"];
/** `severity`: what it starts with and the worst it may be given. */
const sign = (icon: unknown, radii: readonly number[], severity: [Alert["severity"], Alert["severity"]?], form: Form["form"] = "plain", callFirst = false): Form => {
  const severities = RISING.slice(RISING.indexOf(severity[0]), RISING.indexOf(severity[1] ?? severity[0]) + 1);
  return { icon: icon as Component, radii, form, pet: form === "pet", callFirst, severities };
};

export const KINDS: Record<Kind, Form> = {
  lost_cat: sign(Cat, [500, 1000, 2000], ["minor"], "pet"),
  lost_dog: sign(Dog, [1600, 3000, 5000], ["minor"], "pet"),
  found_pet: sign(PawPrint, [1000, 2000, 3000], ["minor"], "pet"),
  lost_found_object: sign(PackageSearch, [500, 1000], ["info"]),
  theft: sign(ShieldAlert, [300, 500, 1000], ["serious"], "theft"),
  danger_now: sign(Siren, [300, 500], ["life"], "plain", true),
  scam_doorstep: sign(DoorClosed, [1000, 2000, 3000], ["serious"]),
  hazard: sign(Flame, [500, 1000], ["serious", "life"], "plain", true),
  outage: sign(ZapOff, [800, 1500, 3000], ["info", "serious"]),
  road: sign(TrafficCone, [500, 1000, 2000], ["info", "serious"]),
  help_needed: sign(HandHelping, [300, 500, 1000], ["info", "minor"]),
  missing_person: sign(UserSearch, [], ["life"]),
  official: sign(Landmark, [1000, 5000, 20000], ["info", "life"]),
  official_feed: sign(CloudAlert, [], ["info", "life"]),
};

/** What is looked for, or looks for its owner, hangs on walls. */
export const PRINTED: ReadonlySet<Kind> = new Set(["lost_cat", "lost_dog", "found_pet", "lost_found_object"]);

/** The six tiles of Alerter; « Autre » opens the rest. */
export const FIRST: readonly Kind[] = ["lost_cat", "lost_dog", "found_pet", "theft", "danger_now"];
export const OTHERS: readonly Kind[] = ["hazard", "scam_doorstep", "outage", "road", "help_needed", "lost_found_object"];

// What asks for more than a position.
const SERIOUS: ReadonlySet<Kind> = new Set(["theft", "scam_doorstep", "hazard"]);

/** As the server's own table has it: whose visit is over raises nothing, a visitor what was found. */
export function mayRaise({ status, level }: Pick<Me, "status" | "level">, kind: Kind): boolean {
  if (level === "organisation") return kind === "official";
  if (kind === "official" || status === "expired") return false;
  if (status === "visitor") return kind === "found_pet";
  if (kind === "danger_now") return level === "postcard" || level === "in_person";
  return level !== "location" || !SERIOUS.has(kind);
}

export function isKind(name: string): name is Kind {
  return name in KINDS;
}
