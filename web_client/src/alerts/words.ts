// The sentences of alerts and announcements, apart from the first load. French first.

import { typesetAll } from "../words/typography";
import type { Alert } from "../wire";

type Kind = Alert["kind"];
const plural = new Intl.PluralRules("fr");
const s = (n: number, one: string, other: string) => `${new Intl.NumberFormat("fr").format(n)} ${plural.select(n) === "one" ? one : other}`;
const e = (n: number, one: string, other: string) => `${new Intl.NumberFormat("en").format(n)} ${n === 1 ? one : other}`;

const fr = typesetAll({
  kinds: {
    lost_cat: "Chat perdu", lost_dog: "Chien perdu", found_pet: "Animal trouvé", lost_found_object: "Objet perdu ou trouvé", theft: "Vol", danger_now: "Danger",
    scam_doorstep: "Démarchage frauduleux", hazard: "Feu, gaz, inondation", outage: "Coupure", road: "Route", help_needed: "Coup de main",
    missing_person: "Personne disparue", official: "Info officielle", official_feed: "Vigilance",
  } as Record<Kind, string>,
  other: "Autre", otherTitle: "Autre chose", tiles: "Que se passe-t-il ?", visitors: "Pendant la visite, vous pouvez signaler un animal trouvé.", cardOpens: "La carte par courrier ouvre toutes les alertes.",
  petGone: (name: string) => `${name} a disparu`, callFirst: "Appelez d’abord le 17 ou le 112", called: "J’ai appelé", mustCall: "Appelez d’abord, puis cochez.",
  photo: "Une photo, même floue", photoWhy: "L’animal ou l’objet. Jamais un visage ni une plaque.", addPhoto: "Ajouter une photo", morePhoto: "Ajouter une autre photo", dropPhoto: "Retirer la photo", pass: "Passer", alt: "Que voit-on ?", sendingPhoto: "Envoi de la photo…",
  name: "Son nom", species: "Quel animal ?", colours: "Ses couleurs", coloursWhy: "Séparées par des virgules : noir, blanc", mark: "Un signe que personne d’autre ne connaît", markWhy: "Gardé secret : il prouvera que l’animal est le vôtre.",
  moreDetails: "Plus de détails", unknown: "Sans réponse", sexes: ["Mâle", "Femelle"],
  asks: {
    species: "Quel animal ?", sex: "Son sexe", coat: "Son pelage", collar: "Son collier", chipped: "Est-il identifié (puce, tatouage) ?", approachable: "Se laisse-t-il approcher ?",
    object: "Ce qui a été pris", method: "Comment", from: "Au plus tôt", to: "Au plus tard",
  },
  edit: "Modifier", editTitle: "Modifier l’alerte", save: "Enregistrer", saved: "C’est modifié.", gravity: "Gravité", gravities: { info: "Une information", minor: "Gênant", serious: "Grave", life: "Des vies en danger" }, rises: "Plus grave : les téléphones sonneront de nouveau.",
  title: "En quelques mots", titleWhy: "80 caractères, lus sur les téléphones.", body: "Ce qui aide à chercher", bodyAct: "L’acte : quoi, comment, quand", titleNeeded: "Dites en quelques mots ce qui se passe.",
  seen: "Vu pour la dernière fois", when: "Quand ?", now: "À l’instant", morning: "Ce matin", choose: "Choisir", where: "Où ?", home: "Autour de chez moi", here: "Ma position", street: "Une autre rue", streetLabel: "Quelle rue ?", noPosition: "Votre navigateur n’a pas donné de position. Choisissez une rue.",
  radius: "Prévenir jusqu’à", metres: (m: number) => (m >= 1000 ? `${new Intl.NumberFormat("fr").format(m / 1000)} km` : `${m} m`),
  review: "Vérifier", who: "Qui sera prévenu", members: (n: number | null) => (n === null ? "Moins de 10 voisins" : s(n, "voisin", "voisins")),
  phones: (n: number | null) => (n === null ? "Moins de 10 téléphones sonneront maintenant" : `${s(n, "téléphone sonnera", "téléphones sonneront")} maintenant`), quiet: "Les heures calmes de chacun sont respectées", until: (day: string) => `Jusqu’au ${day}`, silent: "Une info : aucun téléphone ne sonne.",
  tell: (n: number | null) => (n === null ? "Prévenir mes voisins" : `Prévenir ${s(n, "voisin", "voisins")}`), change: "Modifier", preview: "Ce qu’ils verront", filterWrong: "Le filtre se trompe", filterTold: "Merci, c’est signalé. Écrivez-le autrement pour l’instant : rien n’est perdu.",
  quota: (raised: number, next: string) => `Votre foyer a lancé ${s(raised, "alerte", "alertes")}. La prochaine : ${next}. En danger : 17, 18, 112.`,
  gone: "C’est parti.", goneWhy: "Vos voisins le voient maintenant.", cancel: "Annuler", cancelWithin: (minutes: string) => `Encore ${minutes} pour annuler`, see: "Voir l’alerte",
  list: "Et maintenant", checklist: ["Déclarez la perte à l’I-CAD (i\u2060-\u2060cad.fr).", "Prévenez les vétérinaires et la fourrière.", "Cherchez à pied avec une lampe, d’abord près de chez lui.", "Secouez ses croquettes, laissez une couverture dehors.", "Collez une affiche aux carrefours et chez les commerçants."],
  saw: "Je l’ai vu", sawTitle: "Je l’ai vu", sawText: "Un détail (facultatif)", sawSend: "Prévenir", sawThanks: (name: string) => `Merci. ${name} est au courant.`,
  areaFor: "Pour qui ?", areaWhole: "Tout notre territoire", areaRound: "Autour d’un lieu", areaPart: "Une partie, dessinée sur la carte", cornersWhy: "Déplacez la carte et ajoutez chaque coin : trois au moins.", cornerAdd: "Ajouter ce coin", cornerBack: "Retirer le dernier",
  corners: (n: number) => s(n, "coin", "coins"), cornersNeeded: "Il faut trois coins au moins.", officialWhy: "Une institution prévient les habitants de son territoire.", territory: "Tout notre territoire, jusqu’à 20 km",
  reply: "Répondre", onMap: "Carte", pickWhy: "Déplacez la carte : l’endroit est au milieu.", hereShort: "Ici", streetShort: "Une rue",
  thank: "Qui remercier ?", keepPhotos: "Garder les photos avec l’alerte", keepPhotosWhy: "Sinon elles sont effacées 30 jours après.",
  found: "Retrouvé !", over: "C’est terminé", how: "Comment ?", outcomes: { home: "Rentré", brought_back: "Ramené", false_alarm: "Fausse alerte", died: "Il n’a pas survécu", over: "C’est terminé" },
  isHome: (name: string) => `${name} est à la maison.`, thanks: (names: string, others: number) => `Merci à ${names}${others > 0 ? ` et ${s(others, "autre", "autres")}` : ""}.`, ended: "Terminée", expired: "Expirée", withdrawn: "Annulée", disputed: "Trois foyers contestent cette alerte.", diedWords: "Il n’a pas survécu. Merci d’avoir cherché.",
  headline: (kind: string, title: string) => `${kind} : ${title}`, zone: (m: string) => `zone de ${m}`, zoneDrawn: "zone dessinée", raisedBy: (name: string) => `Lancée par ${name}`, endsAt: (day: string) => `Jusqu’au ${day}`, sightings: "Signalements", noSightings: "Pas encore de signalement.", waits: "Attend votre réponse", show: "Montrer à tous", hide: "Garder pour moi", sawBy: (name: string, when: string) => `${name}, ${when}`,
  confirm: "Je confirme", dispute: "Infondée", counts: (yes: number, no: number) => `${s(yes, "foyer confirme", "foyers confirment")}, ${s(no, "foyer conteste", "foyers contestent")}`, follow: "Suivre", following: "Suivie", more: "Autres actions", mute: "Muet 24 h", stillMissing: "Toujours perdu", widen: (m: string) => `Élargir à ${m}`, prolonged: "Prolongée.", poster: "Faire une affiche", posterWhy: "Une page A4 à imprimer. Son code mène à une page publique, sans votre nom ni votre adresse.", posterBusy: "L’affiche se prépare…",
  petWhy: "Préparez sa fiche avant : le jour où il manque, l’alerte part en deux gestes. Personne d’autre ne la voit.", petAdd: "Ajouter un animal", petSave: "Garder la fiche", petNameNeeded: "Dites comment il s’appelle.", petSpecies: ["Chat", "Chien", "Autre animal"],
  match: "Peut-être le même animal", matchSee: "Voir", thread: "En parler", absent: "Cette alerte n’est plus là.", newsAbsent: "Cette info n’est plus là. Elle est peut-être terminée.",
  absentOrFar: "Cette alerte n’est pas visible d’ici : elle est loin de chez vous, ou terminée.", writeAuthor: "Écrire à qui l’a lancée",
  official: "Officiel", life: "Urgence vitale", calm: "C’est tout. Tout est calme.", alerts: "Alertes", news: "Infos officielles", map: "Carte", asList: "Liste", mapFailed: "La carte ne s’affiche pas.", mapAbout: "La carte montre les mêmes alertes que la liste ci-dessous.",
  facts: { species: "Animal", sex: "Sexe", colours: "Couleurs", coat: "Pelage", collar: "Collier", chipped: "Identifié", approachable: "Se laisse approcher", object: "Objet", method: "Comment", name: "Nom" } as Record<string, string>, yes: "oui", no: "non",
  credit: "© contributeurs OpenStreetMap",
});

export type AlertWords = typeof fr;

const en: AlertWords = {
  kinds: {
    lost_cat: "Lost cat", lost_dog: "Lost dog", found_pet: "Found pet", lost_found_object: "Lost or found object", theft: "Theft", danger_now: "Danger", scam_doorstep: "Doorstep scam", hazard: "Fire, gas, flood",
    outage: "Outage", road: "Road", help_needed: "A hand", missing_person: "Missing person", official: "Official news", official_feed: "Weather warning",
  },
  other: "Other", otherTitle: "Something else", tiles: "What is happening?", visitors: "During the visit you can report a found pet.", cardOpens: "The posted card opens every alert.",
  petGone: (name) => `${name} is missing`, callFirst: "Call 17 or 112 first", called: "I have called", mustCall: "Call first, then tick.",
  photo: "A photo, even blurred", photoWhy: "Show the animal or the object. Never a face or a number plate.", addPhoto: "Add a photo", morePhoto: "Add another photo", dropPhoto: "Remove the photo", pass: "Skip", alt: "What does it show?", sendingPhoto: "Sending the photo…",
  name: "Its name", species: "Which animal?", colours: "Its colours", coloursWhy: "With commas between: black, white", mark: "A mark only you know", markWhy: "Kept secret: it will prove the animal is yours.",
  moreDetails: "More details", unknown: "No answer", sexes: ["Male", "Female"],
  asks: {
    species: "Which animal?", sex: "Its sex", coat: "Its coat", collar: "Its collar", chipped: "Is it chipped or tattooed?", approachable: "Can it be approached?",
    object: "What was taken", method: "How", from: "At the earliest", to: "At the latest",
  },
  edit: "Change", editTitle: "Change the alert", save: "Save", saved: "Changed.", gravity: "How serious", gravities: { info: "For information", minor: "A nuisance", serious: "Serious", life: "Lives in danger" }, rises: "More serious: phones will ring again.",
  title: "In a few words", titleWhy: "80 characters, read on phones.", body: "What helps the search", bodyAct: "The act: what, how, when", titleNeeded: "Say in a few words what is happening.",
  seen: "Last seen", when: "When?", now: "Just now", morning: "This morning", choose: "Choose", where: "Where?", home: "Around my home", here: "Where I am", street: "Another street", streetLabel: "Which street?", noPosition: "Your browser gave no position. Choose a street.",
  radius: "Tell people within", metres: (m) => (m >= 1000 ? `${m / 1000} km` : `${m} m`),
  review: "Check", who: "Who will be told", members: (n) => (n === null ? "Fewer than 10 neighbours" : e(n, "neighbour", "neighbours")),
  phones: (n) => (n === null ? "Fewer than 10 phones will ring now" : `${e(n, "phone", "phones")} will ring now`), quiet: "Quiet hours are respected", until: (day) => `Until ${day}`, silent: "For information: no phone rings.",
  tell: (n) => (n === null ? "Tell my neighbours" : `Tell ${e(n, "neighbour", "neighbours")}`), change: "Change", preview: "What they will see", filterWrong: "The filter is wrong", filterTold: "Thank you, it has been reported. Say it another way for now: nothing is lost.",
  quota: (raised, next) => `${e(raised, "alert", "alerts")} raised by your household. Next: ${next}. In danger: 17, 18, 112.`,
  gone: "It is out.", goneWhy: "Your neighbours see it now.", cancel: "Cancel", cancelWithin: (minutes) => `${minutes} left to cancel`, see: "See the alert",
  list: "And now", checklist: ["Declare the loss to I-CAD (i\u2060-\u2060cad.fr).", "Tell the vets and the pound.", "Search on foot with a torch, near home first.", "Shake its food, leave a blanket outside.", "Put up a poster at crossings and in shops."],
  saw: "I saw it", sawTitle: "I saw it", sawText: "A detail (optional)", sawSend: "Tell", sawThanks: (name) => `Thank you. ${name} knows.`,
  areaFor: "For whom?", areaWhole: "Our whole territory", areaRound: "Around a place", areaPart: "A part, drawn on the map", cornersWhy: "Move the map and add each corner: three at least.", cornerAdd: "Add this corner", cornerBack: "Remove the last",
  corners: (n) => e(n, "corner", "corners"), cornersNeeded: "Three corners are needed.", officialWhy: "An institution tells the residents of its territory.", territory: "Our whole territory, up to 20 km",
  reply: "Reply", onMap: "Map", pickWhy: "Move the map: the place is in the middle.", hereShort: "Here", streetShort: "A street",
  thank: "Who should be thanked?", keepPhotos: "Keep the photos with the alert", keepPhotosWhy: "Otherwise they are erased 30 days later.",
  found: "Found!", over: "It is over", how: "How?", outcomes: { home: "Came home", brought_back: "Brought back", false_alarm: "False alarm", died: "Did not survive", over: "It is over" },
  isHome: (name) => `${name} is home.`, thanks: (names, others) => `Thanks to ${names}${others > 0 ? ` and ${e(others, "other", "others")}` : ""}.`, ended: "Over", expired: "Expired", withdrawn: "Withdrawn", disputed: "Three households dispute this alert.", diedWords: "It did not survive. Thank you for searching.",
  headline: (kind, title) => `${kind}: ${title}`, zone: (m) => `within ${m}`, zoneDrawn: "drawn area", raisedBy: (name) => `Raised by ${name}`, endsAt: (day) => `Until ${day}`, sightings: "Sightings", noSightings: "No sighting yet.", waits: "Waits for your answer", show: "Show to all", hide: "Keep to myself", sawBy: (name, when) => `${name}, ${when}`,
  confirm: "I confirm", dispute: "Unfounded", counts: (yes, no) => `${e(yes, "household confirms", "households confirm")}, ${e(no, "disputes", "dispute")}`, follow: "Follow", following: "Followed", more: "Other actions", mute: "Mute for 24 h", stillMissing: "Still missing", widen: (m) => `Widen to ${m}`, prolonged: "Prolonged.", poster: "Make a poster", posterWhy: "An A4 page to print. Its code leads to a public page, without your name or address.", posterBusy: "Preparing the poster…",
  petWhy: "Prepare its card now: the day it is missing, the alert takes two taps. Only you see it.", petAdd: "Add a pet", petSave: "Keep the card", petNameNeeded: "Say what it is called.", petSpecies: ["Cat", "Dog", "Other animal"],
  match: "Perhaps the same animal", matchSee: "See", thread: "Talk about it", absent: "This alert is no longer here.", newsAbsent: "This news is no longer here. It may be over.",
  absentOrFar: "This alert cannot be seen from here: it is far from your home, or over.", writeAuthor: "Write to who raised it",
  official: "Official", life: "Danger to life", calm: "That is all. All is calm.", alerts: "Alerts", news: "Official news", map: "Map", asList: "List", mapFailed: "The map cannot be shown.", mapAbout: "The map shows the same alerts as the list below.",
  facts: { species: "Animal", sex: "Sex", colours: "Colours", coat: "Coat", collar: "Collar", chipped: "Chipped", approachable: "Approachable", object: "Object", method: "How", name: "Name" }, yes: "yes", no: "no",
  credit: "© OpenStreetMap contributors",
};

export function alertWords(language: "fr" | "en"): AlertWords {
  return language === "en" ? en : fr;
}
