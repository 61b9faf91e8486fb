// The sentences of what one does with messages, apart from the first load. French first.

import type { Reaction } from "../reactions";
import { typesetAll } from "../words/typography";

const fr = typesetAll({
  actions: "Que faire de ce message ?", react: "Réagir", quote: "Citer", copy: "Copier le texte", copied: "Texte copié", notCopied: "Votre navigateur n’a pas copié. Sélectionnez le texte et copiez-le.", edit: "Modifier", remove: "Supprimer",
  sure: "Supprimer pour tout le monde", others: (name: string) => `Ces mots sont de ${name.replace(/\.$/, "")}. À leur place, chacun lira « Message supprimé ».`, report: "Signaler", close: "Fermer", save: "Enregistrer", cancel: "Annuler", editing: "Modifier votre message",
  reactions: { thumb: "D’accord", heart: "J’aime", smile: "Drôle", wow: "Étonnant", sad: "Triste", thanks: "Merci" } as Record<Reaction, string>,
  reasons: { danger: "Un danger", harassment: "Du harcèlement", hate: "De la haine", private: "Une chose privée", scam: "Une arnaque", false: "C’est faux", spam: "De la publicité", other: "Autre chose" },
  reportWhy: "La personne qui opère Palier le lira. Votre nom ne sera pas montré.", reportNote: "Un mot de plus (facultatif)", reportSend: "Envoyer", reported: (number: string) => `Merci. Numéro de suivi : ${number}`,
  settings: "Notifications de ce lieu", level: "Ce qui sonne", levels: { all: "Tout", mentions: "Quand on me nomme", nothing: "Rien : ni son, ni pastille" },
  snooze: "Silence", snoozes: { hour: "1 h", tomorrow: "Jusqu’à demain" }, snoozed: (when: string) => `En silence jusqu’à ${when}`, unsnooze: "Finir le silence", read: "Tout marquer comme lu", done: "C’est noté.",
  mention: "Nommer quelqu’un", mentioned: (n: number) => (n === 0 ? "Personne" : n === 1 ? "1 nom" : `${n} noms`), photo: "Photo", photoOf: "Que voit-on ?", photoDrop: (alt: string) => `Retirer la photo : ${alt}`, viewer: "Photo en grand", silent: "Sans faire sonner",
});

const en: typeof fr = {
  actions: "What to do with this message?", react: "React", quote: "Quote", copy: "Copy the text", copied: "Text copied", notCopied: "Your browser did not copy. Select the text and copy it.", edit: "Edit", remove: "Delete",
  sure: "Delete for everybody", others: (name) => `These are the words of ${name.replace(/\.$/, "")}. Everybody will read “Message deleted” in their place.`, report: "Report", close: "Close", save: "Save", cancel: "Cancel", editing: "Edit your message",
  reactions: { thumb: "Agreed", heart: "Love", smile: "Funny", wow: "Surprising", sad: "Sad", thanks: "Thanks" },
  reasons: { danger: "A danger", harassment: "Harassment", hate: "Hate", private: "Something private", scam: "A scam", false: "It is untrue", spam: "Advertising", other: "Something else" },
  reportWhy: "Whoever operates Palier will read it. Your name will not be shown.", reportNote: "A word more (optional)", reportSend: "Send", reported: (number) => `Thank you. Receipt: ${number}`,
  settings: "Notifications of this room", level: "What rings", levels: { all: "Everything", mentions: "When I am named", nothing: "Nothing: no sound, no badge" },
  snooze: "Silence", snoozes: { hour: "1 h", tomorrow: "Until tomorrow" }, snoozed: (when) => `Silent until ${when}`, unsnooze: "End the silence", read: "Mark all as read", done: "Noted.",
  mention: "Name somebody", mentioned: (n) => (n === 0 ? "Nobody" : n === 1 ? "1 name" : `${n} names`), photo: "Photo", photoOf: "What does it show?", photoDrop: (alt) => `Remove the photo: ${alt}`, viewer: "Large photo", silent: "Without a ring",
};

export type RoomWords = typeof fr;

export function roomWords(language: "fr" | "en"): RoomWords {
  return language === "en" ? en : fr;
}
