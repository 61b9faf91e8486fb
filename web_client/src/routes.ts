// Which screen stands at which address. Routes are French in both languages.

import type { Component } from "svelte";
import type { Me } from "./wire";
import type { Words } from "./words/fr";

export type ScreenName = "welcome" | "signUp" | "signIn" | "street" | "neighbourhood" | "conversation" | "stay" | "code" | "position" | "two" | "card"
  | "vouch" | "messages" | "direct" | "groups" | "newGroup" | "group" | "groupPage" | "listing" | "neighbour" | "around" | "map" | "alert" | "raise" | "review" | "alertPage" | "sent" | "poster" | "info" | "publish" | "pets" | "neighbours" | "search" | "me" | "privacy" | "account" | "notifications" | "install" | "why" | "devices" | "confirm" | "password" | "notMe" | "rules" | "accessibility" | "lost";

export type Place = { screen: ScreenName; id: string; room: "street" | "neighbourhood" };

const PATHS: [RegExp, ScreenName][] = [
  [/^\/$/, "welcome"], [/^\/inscription$/, "signUp"], [/^\/connexion$/, "signIn"],
  [/^\/rue$/, "street"], [/^\/voisinage$/, "neighbourhood"], [/^\/(?:rue|voisinage)\/([0-9A-Z]{26})$/, "conversation"],
  [/^\/rester$/, "stay"], [/^\/rester\/code$/, "code"], [/^\/rester\/position$/, "position"], [/^\/rester\/voisins$/, "two"], [/^\/rester\/carte$/, "card"], [/^\/rester\/refus$/, "notMe"],
  [/^\/parrainer\/([\w-]+)$/, "vouch"], [/^\/messages$/, "messages"], [/^\/messages\/([^/]+)$/, "direct"], [/^\/groupes$/, "groups"], [/^\/groupes\/nouveau$/, "newGroup"], [/^\/groupes\/([^/]+)$/, "group"], [/^\/groupes\/([^/]+)\/membres$/, "groupPage"],
  [/^\/voisins\/moi$/, "listing"], [/^\/autour$/, "around"], [/^\/autour\/carte$/, "map"], [/^\/alerter$/, "alert"], [/^\/alerter\/([a-z_]+)$/, "raise"], [/^\/alerter\/([a-z_]+)\/verifier$/, "review"],
  [/^\/alertes\/([0-9A-Z]{26})$/, "alertPage"], [/^\/alertes\/([0-9A-Z]{26})\/parti$/, "sent"], [/^\/alertes\/([0-9A-Z]{26})\/affiche$/, "poster"], [/^\/infos\/publier$/, "publish"], [/^\/infos\/([0-9A-Z]{26})$/, "info"],
  [/^\/voisins$/, "neighbours"], [/^\/voisins\/([0-9a-f]{20})$/, "neighbour"], [/^\/recherche$/, "search"], [/^\/moi$/, "me"], [/^\/moi\/confidentialite$/, "privacy"], [/^\/moi\/compte$/, "account"], [/^\/moi\/notifications$/, "notifications"], [/^\/installer$/, "install"], [/^\/pourquoi\/([0-9A-Z]{26})$/, "why"], [/^\/moi\/appareils$/, "devices"], [/^\/moi\/animaux$/, "pets"], [/^\/confirmer$/, "confirm"], [/^\/mot-de-passe$/, "password"], [/^\/regles$/, "rules"],
  [/^\/accessibilite$/, "accessibility"],
];

/** Screens that show without signing in. */
export const OPEN_TO_ALL: ReadonlySet<ScreenName> = new Set(["welcome", "signUp", "signIn", "confirm", "password", "notMe", "rules", "accessibility"]);
/** Screens that replace the bottom bar by their own actions. */
export const BARE: ReadonlySet<ScreenName> = new Set(["code", "position", "two", "card", "vouch", "alert", "raise", "review", "alertPage", "sent", "poster", "publish", "newGroup", "listing"]);

export function placeAt(path: string): Place {
  const room = path.startsWith("/voisinage") ? "neighbourhood" : "street";
  for (const [pattern, screen] of PATHS) {
    const found = pattern.exec(path.length > 1 ? path.replace(/\/$/, "") : path);
    if (found !== null) return { screen, id: decoded(found[1] ?? ""), room };
  }
  return { screen: "lost", id: "", room };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Where someone who signed in lands. */
export function homeOf(me: Me): string {
  if (me.rights.read_street) return "/rue";
  return me.rights.read_neighbourhood ? "/voisinage" : "/autour";
}

const TITLES: Partial<Record<ScreenName, keyof Words["title"]>> = { two: "neighboursWay", publish: "info", sent: "alertPage", poster: "alertPage", direct: "messages", newGroup: "groups", group: "groups", groupPage: "groups", listing: "neighbours", neighbour: "neighbours" };

export function titleOf(place: Place, words: Words): string {
  const { screen, room } = place;
  if (screen === "street" || screen === "neighbourhood") return words.bar[screen];
  if (screen === "conversation") return `${words.title.conversation}, ${words.bar[room].toLowerCase()}`;
  return words.title[TITLES[screen] ?? (screen as keyof Words["title"])];
}

type Loader = () => Promise<{ default: Component }>;

/** Screens that are not part of the first load. */
export const LATER: Partial<Record<ScreenName, Loader>> = {
  conversation: () => import("./rooms/ConversationView.svelte"),
  signUp: () => import("./accounts/SignUp.svelte"),
  stay: () => import("./accounts/Stay.svelte"),
  code: () => import("./accounts/Code.svelte"),
  position: () => import("./accounts/Position.svelte"),
  two: () => import("./accounts/TwoNeighbours.svelte"),
  card: () => import("./accounts/PostedCard.svelte"),
  vouch: () => import("./accounts/Vouch.svelte"),
  me: () => import("./accounts/Me.svelte"),
  notifications: () => import("./push/Settings.svelte"),
  install: () => import("./push/Install.svelte"),
  why: () => import("./push/Why.svelte"),
  devices: () => import("./accounts/Devices.svelte"),
  messages: () => import("./direct/Messages.svelte"),
  direct: () => import("./direct/DirectChat.svelte"),
  groups: () => import("./groups/Groups.svelte"),
  newGroup: () => import("./groups/GroupForm.svelte"),
  group: () => import("./groups/GroupRoom.svelte"),
  groupPage: () => import("./groups/GroupPage.svelte"),
  privacy: () => import("./accounts/Privacy.svelte"),
  account: () => import("./accounts/Account.svelte"),
  neighbour: () => import("./directory/NeighbourPage.svelte"),
  listing: () => import("./directory/MyListing.svelte"),
  search: () => import("./search/Search.svelte"),
  around: () => import("./alerts/Around.svelte"),
  map: () => import("./alerts/MapPage.svelte"),
  alert: () => import("./alerts/Tiles.svelte"),
  raise: () => import("./alerts/Raise.svelte"),
  review: () => import("./alerts/Review.svelte"),
  alertPage: () => import("./alerts/AlertPage.svelte"),
  sent: () => import("./alerts/Sent.svelte"),
  poster: () => import("./alerts/Poster.svelte"),
  pets: () => import("./alerts/Pets.svelte"),
  publish: () => import("./announcements/Publish.svelte"),
  info: () => import("./announcements/Info.svelte"),
  neighbours: () => import("./directory/Neighbours.svelte"),
  confirm: () => import("./accounts/ConfirmEmail.svelte"),
  notMe: () => import("./accounts/NotMe.svelte"),
  password: () => import("./accounts/Password.svelte"),
  rules: () => import("./frame/Rules.svelte"),
  accessibility: () => import("./frame/Accessibility.svelte"),
};
