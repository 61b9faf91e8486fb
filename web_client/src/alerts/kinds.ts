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
import type { Alert } from "../wire";

export type Kind = Alert["kind"];
export type Form = { icon: Component; pet: boolean; radii: readonly number[]; callFirst: boolean };

const sign = (icon: unknown, radii: readonly number[], pet = false, callFirst = false): Form => ({ icon: icon as Component, radii, pet, callFirst });

export const KINDS: Record<Kind, Form> = {
  lost_cat: sign(Cat, [500, 1000, 2000], true),
  lost_dog: sign(Dog, [1600, 3000, 5000], true),
  found_pet: sign(PawPrint, [1000, 2000, 3000], true),
  lost_found_object: sign(PackageSearch, [500, 1000]),
  theft: sign(ShieldAlert, [300, 500, 1000]),
  danger_now: sign(Siren, [300, 500], false, true),
  scam_doorstep: sign(DoorClosed, [1000, 2000, 3000]),
  hazard: sign(Flame, [500, 1000], false, true),
  outage: sign(ZapOff, [800, 1500, 3000]),
  road: sign(TrafficCone, [500, 1000, 2000]),
  help_needed: sign(HandHelping, [300, 500, 1000]),
  missing_person: sign(UserSearch, []),
  official: sign(Landmark, [1000, 5000, 20000]),
  official_feed: sign(CloudAlert, []),
};

/** The six tiles of Alerter; « Autre » opens the rest. */
export const FIRST: readonly Kind[] = ["lost_cat", "lost_dog", "found_pet", "theft", "danger_now"];
export const OTHERS: readonly Kind[] = ["hazard", "scam_doorstep", "outage", "road", "help_needed", "lost_found_object"];

export function isKind(name: string): name is Kind {
  return name in KINDS;
}
