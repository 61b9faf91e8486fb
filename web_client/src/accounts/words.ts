// The sentences of « Confidentialité » and « Mon compte », apart from the first load. French first.

import { typesetAll } from "../words/typography";

const fr = typesetAll({
  seen: "Qui voit que je suis là", seenBy: { nobody: "Personne", contacts: "Mes contacts" }, seenWhy: "Vos contacts : les personnes avec qui vous vous écrivez. Ils lisent « est là », rien de plus.",
  away: "Ne pas me montrer", aways: { hour: "1 h", tomorrow: "Jusqu’à demain", week: "Une semaine" }, awayUntil: (when: string) => `Personne ne vous voit. Retour : ${when}.`, back: "Me montrer de nouveau",
  blocked: "Personnes bloquées", noneBlocked: "Vous ne bloquez personne.", unblock: "Débloquer", unblocked: (name: string) => `Vous ne bloquez plus ${name}.`,
  listing: "Ce que l’annuaire dit de moi", saved: "C’est enregistré.", save: "Enregistrer",
  name: "Votre nom", email: "Votre e-mail", confirmed: "Confirmé.", unconfirmed: "Pas encore confirmé.", send: "Renvoyer le lien", sent: "Le lien est en route. Il est valable 15 minutes.",
  password: "Changer de mot de passe", current: "Mot de passe actuel", next: "Nouveau mot de passe", passwordSaved: "C’est fait. Vos autres appareils sont déconnectés.",
  move: "Déménager", moveWhy: "Vous serez en visite à la nouvelle adresse, puis il faudra la prouver. Vos anciens lieux se ferment aussitôt.", where: "Votre nouvelle adresse", moveSure: "Oui, j’habite là maintenant",
  household: "Mon foyer", householdWhy: "Si quelqu’un dit habiter avec vous, sa demande apparaît ici.", housemate: (name: string) => `${name} dit habiter avec vous.`,
  together: "Oui, nous habitons ensemble", joined: (name: string) => `${name} fait partie de votre foyer.`,
  signedOut: "Cet appareil est déconnecté.",
});

const en: typeof fr = {
  seen: "Who sees that I am here", seenBy: { nobody: "Nobody", contacts: "My contacts" }, seenWhy: "Your contacts: the people you write with. They read “is here”, nothing more.",
  away: "Do not show me", aways: { hour: "1 h", tomorrow: "Until tomorrow", week: "One week" }, awayUntil: (when) => `Nobody sees you. Back: ${when}.`, back: "Show me again",
  blocked: "Blocked people", noneBlocked: "You block nobody.", unblock: "Unblock", unblocked: (name) => `You no longer block ${name}.`,
  listing: "What the directory says of me", saved: "Saved.", save: "Save",
  name: "Your name", email: "Your e-mail", confirmed: "Confirmed.", unconfirmed: "Not confirmed yet.", send: "Send the link again", sent: "The link is on its way. It is good for 15 minutes.",
  password: "Change the password", current: "Current password", next: "New password", passwordSaved: "Done. Your other devices are signed out.",
  move: "Move house", moveWhy: "You will be a visitor at the new address, which is then to be proved. Your old rooms close at once.", where: "Your new address", moveSure: "Yes, I live there now",
  household: "My household", householdWhy: "If somebody says they live with you, their request shows here.", housemate: (name) => `${name} says they live with you.`,
  together: "Yes, we live together", joined: (name) => `${name} is part of your household.`,
  signedOut: "That device is signed out.",
};

export function selfWords(language: "fr" | "en"): typeof fr {
  return language === "en" ? en : fr;
}
