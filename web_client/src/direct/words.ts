// The sentences of direct messages, groups, the directory and search, apart from the first load. French first.

import type { Group, GroupMember } from "../wire";
import { typesetAll } from "../words/typography";

type Standing = GroupMember["standing"];
const plural = new Intl.PluralRules("fr");
const s = (n: number, one: string, other: string) => `${new Intl.NumberFormat("fr").format(n)} ${plural.select(n) === "one" ? one : other}`;
const e = (n: number, one: string, other: string) => `${new Intl.NumberFormat("en").format(n)} ${n === 1 ? one : other}`;

/** Two names, then how many more: « Nadia, Paul et 8 autres ». */
function list(language: "fr" | "en", names: readonly string[], more: (n: number) => string): string {
  const rest = names.length - 2;
  return new Intl.ListFormat(language === "fr" ? "fr" : "en-GB").format(rest > 0 ? [...names.slice(0, 2), more(rest)] : names);
}

const fr = typesetAll({
  requests: "Demandes", recent: "Conversations", none: "Pas encore de message.", noneWhy: "Écrivez à un voisin depuis l’annuaire ou l’un de ses messages, ou rejoignez un groupe.",
  findNeighbour: "Trouver un voisin", findGroup: "Voir les groupes", asks: "souhaite vous écrire", asked: "n’a pas encore répondu", accept: "Accepter", decline: "Refuser", block: "Bloquer",
  blockSure: "Bloquer : vous ne vous croiserez plus seuls", blockWhy: "La personne n’en saura rien. Dans la rue, ses messages seront repliés.", blockUndo: "Pour revenir en arrière : Moi, puis Confidentialité.", aboutPerson: (name: string) => `Options, ${name}`, aboutAlert: "À propos d’une alerte", seeAlert: "Voir l’alerte",
  write: (name: string) => `Écrire à ${name.replace(/\.$/, "")}…`, waits: "Un premier message a été envoyé. Vous pourrez continuer dès la réponse.", first: "Présentez-vous en un mot : la personne choisira de répondre.",
  answerFirst: "Acceptez pour répondre. Refuser ne se voit pas.", actions: "Options de la conversation", report: "Signaler cette personne", reportGroup: "Signaler ce groupe", here: "est là", gone: "Ce groupe n’est plus là.",
  groups: "Groupes", mine: "Mes groupes", around: "Autour de vous", noGroups: "Pas encore de groupe ici.", noOther: "Pas d’autre groupe autour.", noneFound: "Aucun groupe ne correspond.", groupsFound: (n: number) => (n === 0 ? "Aucun groupe" : s(n, "groupe trouvé", "groupes trouvés")), noGroupsWhy: "Garde de chats, guitare, cuisine : à vous de lancer le suivant.", create: "Créer un groupe",
  name: "Nom du groupe", nameNeeded: "Donnez-lui un nom.", category: "Catégorie", categoryNeeded: "Choisissez une catégorie.", about: "De quoi parle-t-on ?", access: "Qui peut entrer",
  accesses: { open: "Tout le monde autour", request: "Sur demande", hidden: "Sur invitation, caché" } as Record<Group["access"], string>, reach: "Jusqu’où",
  reaches: { street: "Ma rue", neighbourhood: "Mon voisinage", farther: "Plus loin" } as Record<Group["reach"], string>, members: (n: number) => s(n, "membre", "membres"),
  join: "Rejoindre", ask: "Demander à entrer", askedIn: "Demande envoyée", invited: "On vous invite", takeBack: "Retirer ma demande", leave: "Quitter sans bruit", leaveSure: "Oui, quitter",
  standings: { owner: "a créé ce groupe", moderator: "modère", member: "", asked: "demande à entrer", invited: "invitation envoyée" } as Record<Standing, string>, letIn: "Laisser entrer", refuse: "Ne pas laisser entrer", moderate: "Confier la modération", demote: "Retirer la modération", handOver: "Confier le groupe",
  takeOut: "Retirer du groupe", settings: "Réglages du groupe", save: "Enregistrer", saved: "C’est enregistré.", slow: "Un message toutes les", slows: { "0": "Sans attente", "10": "10 secondes", "60": "1 minute", "600": "10 minutes" } as Record<string, string>,
  invite: "Inviter", inviteWhom: "Inviter quelqu’un que vous connaissez ici", noInvite: "Vos contacts apparaîtront ici. Cherchez aussi dans l’annuaire.", sent: "Invitation envoyée.", writeGroup: "Écrire au groupe…", emptyGroup: "Le groupe est là. Dites bonjour !",
  outside: "Entrez pour lire et écrire.", waiting: (n: number) => s(n, "personne attend", "personnes attendent"), all: "Toutes", seek: "Chercher un groupe", membersTitle: "Membres",
  near: "Ma rue", farther: "Plus loin", seekNeighbour: "Un prénom, un savoir, un prêt", nobody: "Personne ne correspond.", neighboursFound: (n: number, more: boolean) => (n === 0 ? "Aucun voisin" : more ? `${n} premiers voisins` : s(n, "voisin trouvé", "voisins trouvés")), chooses: "Ici, on choisit d’apparaître.", choosesWhy: "Montrez-vous pour qu’on vous trouve. Rien n’y est sans votre choix.", showMe: "Me montrer dans l’annuaire",
  skills: "Sait faire", loans: "Prête", pets: "Vit avec", writeTo: "Écrire", writeToPerson: (name: string) => `Écrire à ${name}`, unreachable: "Vous ne pouvez pas écrire à cette personne.", more: "Voir la suite", arrivals: "Arrivées", arrived: (name: string) => `${name} vient d’arriver`, welcome: "Bienvenue !", welcomed: "Bienvenue dite", notListed: "Cette personne n’apparaît pas dans l’annuaire.", notReached: "L’annuaire est trop long ici : cherchez un prénom dans Voisins.",
  welcomedBy: (names: readonly string[]) => `${list("fr", names, (n) => s(n, "autre", "autres"))} ${names.length > 1 ? "vous souhaitent" : "vous souhaite"} la bienvenue.`,
  listing: "Mon annuaire", listed: "Apparaître dans l’annuaire", mySkills: "Ce que je sais faire", myLoans: "Ce que je prête", commas: "Séparés par des virgules : vélo, anglais", showPets: "Montrer mes animaux", announced: "Dire aux voisins que je viens d’arriver",
  takes: "Qui peut m’écrire", takesWho: { everybody: "Tous mes voisins, visiteurs compris", verified: "Les voisins vérifiés", nobody: "Personne" }, inSearch: "Où chercher", from: "De", fromAnybody: "Tout le monde", until: "Jusqu’au", everywhere: "Partout", search: "Rechercher", found: (n: number, more: boolean) => (n === 0 ? "Rien trouvé. Essayez un seul mot." : more ? `${n} premiers messages` : s(n, "message trouvé", "messages trouvés")),
  searchHint: "Cherchez un mot dans ce que vous pouvez lire.", contact: "Contacter", contactWhy: "Vous vous écrivez ici, sans donner de numéro.",
  mute: "Silence 24 h", muted: "Silence jusqu’à demain.", writing: (name: string) => `${name} écrit…`, unread: (n: number) => s(n, "nouveau message", "nouveaux messages"),
});

const en: typeof fr = {
  requests: "Requests", recent: "Conversations", none: "No message yet.", noneWhy: "Write to a neighbour from the directory or one of their messages, or join a group.",
  findNeighbour: "Find a neighbour", findGroup: "See the groups", asks: "would like to write to you", asked: "has not answered yet", accept: "Accept", decline: "Decline", block: "Block",
  blockSure: "Block: you will not meet alone any more", blockWhy: "They will not know. In the street, their messages will be folded.", blockUndo: "To undo it: Me, then Privacy.", aboutPerson: (name) => `Options, ${name}`, aboutAlert: "About an alert", seeAlert: "See the alert",
  write: (name) => `Write to ${name.replace(/\.$/, "")}…`, waits: "A first message was sent. You can go on once they answer.", first: "Introduce yourself in a word: they will choose whether to answer.",
  answerFirst: "Accept to answer. Declining does not show.", actions: "Options of the conversation", report: "Report this person", reportGroup: "Report this group", here: "is here", gone: "This group is no longer here.",
  groups: "Groups", mine: "My groups", around: "Around you", noGroups: "No group here yet.", noOther: "No other group around.", noneFound: "No group matches.", groupsFound: (n) => (n === 0 ? "No group" : e(n, "group found", "groups found")), noGroupsWhy: "Cat-sitting, guitar, cooking: start the next one.", create: "Start a group",
  name: "Name of the group", nameNeeded: "Give it a name.", category: "Category", categoryNeeded: "Choose a category.", about: "What is it about?", access: "Who may come in",
  accesses: { open: "Everybody around", request: "On request", hidden: "By invitation, hidden" }, reach: "How far",
  reaches: { street: "My street", neighbourhood: "My neighbourhood", farther: "Farther" }, members: (n) => e(n, "member", "members"),
  join: "Join", ask: "Ask to come in", askedIn: "Request sent", invited: "You are invited", takeBack: "Take my request back", leave: "Leave quietly", leaveSure: "Yes, leave",
  standings: { owner: "founded this group", moderator: "moderates", member: "", asked: "asks to come in", invited: "was invited" }, letIn: "Let in", refuse: "Do not let in", moderate: "Make a moderator", demote: "Moderator no more", handOver: "Hand the group over",
  takeOut: "Take out of the group", settings: "Settings of the group", save: "Save", saved: "Saved.", slow: "One message every", slows: { "0": "No wait", "10": "10 seconds", "60": "1 minute", "600": "10 minutes" },
  invite: "Invite", inviteWhom: "Invite somebody you know here", noInvite: "Your contacts will show here. Look in the directory too.", sent: "Invitation sent.", writeGroup: "Write to the group…", emptyGroup: "The group is here. Say hello!",
  outside: "Come in to read and write.", waiting: (n) => e(n, "person waits", "people wait"), all: "All", seek: "Look for a group", membersTitle: "Members",
  near: "My street", farther: "Farther", seekNeighbour: "A first name, a skill, a loan", nobody: "Nobody matches.", neighboursFound: (n, more) => (n === 0 ? "No neighbour" : more ? `First ${n} neighbours` : e(n, "neighbour found", "neighbours found")), chooses: "Here, one chooses to appear.", choosesWhy: "Show yourself so that you can be found. Nothing is here without your choice.", showMe: "Show me in the directory",
  skills: "Knows", loans: "Lends", pets: "Lives with", writeTo: "Write", writeToPerson: (name) => `Write to ${name}`, unreachable: "You cannot write to this person.", more: "See more", arrivals: "Arrivals", arrived: (name) => `${name} has just arrived`, welcome: "Welcome!", welcomed: "Welcome said", notListed: "This person does not appear in the directory.", notReached: "The directory is too long here: look for a first name in Neighbours.",
  welcomedBy: (names) => `${list("en", names, (n) => e(n, "other", "others"))} ${names.length > 1 ? "welcome" : "welcomes"} you.`,
  listing: "My listing", listed: "Appear in the directory", mySkills: "What I know how to do", myLoans: "What I lend", commas: "Separated by commas: bicycle, English", showPets: "Show my pets", announced: "Tell neighbours that I have just arrived",
  takes: "Who may write to me", takesWho: { everybody: "All my neighbours, visitors too", verified: "Verified neighbours", nobody: "Nobody" }, inSearch: "Where to look", from: "From", fromAnybody: "Everybody", until: "Until", everywhere: "Everywhere", search: "Search", found: (n, more) => (n === 0 ? "Nothing found. Try a single word." : more ? `First ${n} messages` : e(n, "message found", "messages found")),
  searchHint: "Look for a word in what you may read.", contact: "Contact", contactWhy: "You write to each other here, without giving a number.",
  mute: "Silence for 24 h", muted: "Silent until tomorrow.", writing: (name) => `${name} is writing…`, unread: (n) => e(n, "new message", "new messages"),
};

export type ChatWords = typeof fr;

export function chatWords(language: "fr" | "en"): ChatWords {
  return language === "en" ? en : fr;
}
