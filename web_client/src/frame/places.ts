// The places of the bars, with their icons and what is new in them.

import Bell from "@lucide/svelte/icons/bell-plus";
import DoorOpen from "@lucide/svelte/icons/door-open";
import MapPin from "@lucide/svelte/icons/map-pin";
import Messages from "@lucide/svelte/icons/messages-square";
import UsersRound from "@lucide/svelte/icons/users-round";
import type { Component } from "svelte";
import { isMuted, type Company } from "../company";
import { unreadIn, unreadInTwosAndGroups } from "../reading";
import type { ScreenName } from "../routes";
import type { State } from "../state";
import type { Words } from "../words/fr";

export type Cell = { href: string; screens: readonly ScreenName[]; label: string; icon: Component; unread: number; call?: true };

export function bottomCells(state: State, company: Company, words: Words): Cell[] {
  const rooms = (["street", "neighbourhood"] as const).reduce((sum, room) => sum + (isMuted(company, room) ? 0 : unreadIn(state, room)), 0);
  const street = state.me?.rights.read_street ?? true;
  return [
    { href: street ? "/rue" : "/voisinage", screens: ["street", "neighbourhood", "conversation"], label: words.bar.street, icon: DoorOpen as Component, unread: rooms },
    { href: "/messages", screens: ["messages", "groups", "direct", "group", "groupPage"], label: words.bar.messages, icon: Messages as Component, unread: unreadInTwosAndGroups(state, company) },
    { href: "/alerter", screens: ["alert"], label: words.bar.alert, icon: Bell as Component, unread: 0, call: true },
    { href: "/autour", screens: ["around", "info"], label: words.bar.around, icon: MapPin as Component, unread: 0 },
    { href: "/voisins", screens: ["neighbours", "neighbour"], label: words.bar.neighbours, icon: UsersRound as Component, unread: 0 },
  ];
}

export function shortCount(unread: number): string {
  return unread >= 100 ? "99+" : String(unread);
}
