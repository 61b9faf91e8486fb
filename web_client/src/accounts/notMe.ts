// The sentences of « Ce n’est pas moi », apart from the first load. French first.

import { typesetAll } from "../words/typography";

const fr = typesetAll({
  what: "Une carte de Palier est arrivée chez vous pour quelqu’un qui n’y habite pas ? Son code « Ce n’est pas moi » l’annule.",
  label: "Le code « Ce n’est pas moi » de la carte", send: "Annuler cette carte", done: "C’est fait. Cette carte ne vaut plus rien.",
  doneWhy: "Aucune autre ne partira de ce compte vers votre porte.", dead: "Ce code ne correspond à aucune carte en cours.",
});

const en: typeof fr = {
  what: "A card from Palier came to your home for somebody who does not live there? Its “This is not me” code cancels it.",
  label: "The “This is not me” code on the card", send: "Cancel this card", done: "Done. This card is worth nothing any more.",
  doneWhy: "No other will leave from that account to your door.", dead: "This code matches no card that is under way.",
};

export function notMeWords(language: "fr" | "en"): typeof fr {
  return language === "en" ? en : fr;
}
