// The sentences of notifications, apart from the first load. French first.

import { typesetAll } from "../words/typography";

const fr = typesetAll({
  title: "Notifications", whyTitle: "Pourquoi ?", installTitle: "Installer Palier",
  offer: "Vous prévenir si un animal se perd ou s’il y a un danger ?", offerQuiet: "Silence de 22 h à 7 h, réglable.",
  offerKinds: { pets: "Animaux perdus", danger: "Dangers et vols", official: "Infos officielles urgentes" },
  on: "Activer", later: "Plus tard", off: "Désactiver", try: "Essayer", rang: "Votre téléphone a sonné ?",
  here: "Sur cet appareil",
  ability: {
    on: "Cet appareil sonne.", off: "Cet appareil ne sonne pas.", blocked: "Votre navigateur bloque les notifications.",
    install: "Sur iPhone, Palier sonne depuis l’écran d’accueil.", unsupported: "Ce navigateur ne sait pas sonner.",
  },
  blockedHow: "Touchez le cadenas à côté de l’adresse, puis Notifications, puis Autoriser. Rechargez la page.",
  failed: "Cela n’a pas marché. Vérifiez le réseau et réessayez.",
  devices: "Mes appareils", noDevices: "Aucun appareil ne sonne encore.", thisOne: "celui-ci", since: (age: string) => `activé : ${age}`,
  state: { on: "Sonne", gone: "Ne répond plus : activez de nouveau sur cet appareil", key: "À activer de nouveau sur cet appareil", failing: "N’a pas pu être joint depuis un jour" },
  test: { queued: "Essai : en route…", accepted: "Essai : remis au service du navigateur", shown: "Essai : affiché", refused: "Essai : refusé", expired: "Essai : pas parti à temps" },
  quiet: "Heures calmes", quietOn: "Silence la nuit", from: "De", to: "à", days: "Les nuits du", dayNames: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
  passes: "Passent quand même : les urgences officielles.", alsoPasses: "Laisser sonner aussi la nuit",
  passing: { danger_now: "Danger tout de suite", hazard: "Feu, gaz, inondation", lost_dog: "Chien perdu", lost_cat: "Chat perdu" } as Record<string, string>,
  snooze: "Silence maintenant", snoozeHour: "1 heure", snoozeDay: "Jusqu’à demain", snoozed: (time: string) => `Silence jusqu’à ${time}.`, wake: "Reprendre",
  kinds: "Ce qui sonne", rings: { street: "Ma rue", neighbourhood: "Mon voisinage", farther: "Plus loin" },
  ways: { push: "Sonne", badge: "Sans bruit", digest: "Au résumé", off: "Jamais" },
  kindNames: {
    lost_cat: "Chat perdu", lost_dog: "Chien perdu", found_pet: "Animal trouvé", theft: "Vol", danger_now: "Danger", scam_doorstep: "Démarchage frauduleux", hazard: "Feu, gaz, inondation",
    outage: "Coupure", road: "Route", help_needed: "Coup de main", lost_found_object: "Objet perdu ou trouvé", official: "Info officielle", announcement: "Annonces", direct: "Messages à deux", mention: "On me cite", group: "Groupes",
  } as Record<string, string>,
  digest: "Résumé du jour à", atMost: "Trois sonneries d’alertes par jour au plus ; le reste attend le résumé.", saved: "Enregistré.",
  iphone: ["Touchez Partager", "Sur l’écran d’accueil", "Ouvrez Palier, connectez-vous une fois"], iphoneWhy: "Sur iPhone et iPad, un site ne peut sonner que depuis l’écran d’accueil.",
  android: "Palier s’ouvre alors comme une application, et vos notifications restent fiables.", installNow: "Installer", installed: "Palier est installé ici.", installMenu: "Dans le menu de votre navigateur, choisissez « Installer » ou « Ajouter à l’écran d’accueil ».",
  whyZone: (kind: string, metres: string) => `${kind}, zone de ${metres} qui couvre votre rue`, whyArea: (kind: string) => `${kind}, dans une zone qui couvre votre domicile`, whyOwn: (kind: string) => `${kind}, une alerte que vous suivez`,
  whyOf: {
    announcement: "Une annonce pour une zone qui couvre votre domicile", direct: "Un message rien que pour vous", mention: "Un message où l’on vous nomme", group: "Un message d’un de vos groupes", message: "Un message d’un lieu que vous suivez", trial: "Un essai", sighting: "Quelqu’un a vu ce que vous cherchez", match: "Peut-être l’animal que vous cherchez",
  } as Record<string, string>,
  reasons: {
    muted: "vous aviez mis cette alerte en silence, pas de sonnerie.", rings: "hors de vos heures calmes.", urgent: "une urgence qui passe les heures calmes.", kind_off: "vous avez choisi de ne rien recevoir, pas de sonnerie.", kind_badge: "affiché sans bruit, comme vous l’avez choisi.",
    kind_digest: "gardé pour le résumé du jour, comme vous l’avez choisi.", snoozed: "vous aviez demandé le silence, gardé pour plus tard.", quiet_hours: "pendant vos heures calmes, gardé pour le matin.",
    over_by_then: "c’était fini avant la fin de vos heures calmes, pas de sonnerie.", day_full: "trois alertes avaient déjà sonné ce jour-là, gardé pour le résumé.", page_showed_it: "votre page ouverte l’a montré aussitôt, pas de sonnerie.", trial: "vous l’avez demandé.",
  } as Record<string, string>,
  whyNone: "Votre téléphone n’a pas été appelé pour cela.", change: "Changer mes réglages", whyLink: "Pourquoi ai-je reçu ceci ?",
  reach: (rang: number, phones: number, seconds: string) => `${rang} téléphones sur ${phones} en ${seconds} s`, reachFew: (seconds: string) => `Les téléphones ont sonné en ${seconds} s`, queued: (seconds: string) => `Téléphones appelés après ${seconds} s`, firstShown: (seconds: string) => `Affichée sur un premier téléphone en ${seconds} s`, shown: (n: number) => `Affichée sur ${n} d’entre eux`,
});
export type PushWords = typeof fr;

const en: PushWords = {
  title: "Notifications", whyTitle: "Why?", installTitle: "Install Palier",
  offer: "Tell you when a pet is lost or there is danger?", offerQuiet: "Quiet from 10 pm to 7 am, as you like.",
  offerKinds: { pets: "Lost pets", danger: "Dangers and thefts", official: "Urgent official news" },
  on: "Turn on", later: "Later", off: "Turn off", try: "Try it", rang: "Did your phone ring?",
  here: "On this device",
  ability: { on: "This device rings.", off: "This device does not ring.", blocked: "Your browser blocks notifications.", install: "On iPhone, Palier rings from the home screen.", unsupported: "This browser cannot ring." },
  blockedHow: "Tap the padlock beside the address, then Notifications, then Allow. Reload the page.",
  failed: "That did not work. Check the network and try again.",
  devices: "My devices", noDevices: "No device rings yet.", thisOne: "this one", since: (age) => `turned on: ${age}`,
  state: { on: "Rings", gone: "Answers no more: turn it on again there", key: "To be turned on again there", failing: "Could not be reached for a day" },
  test: { queued: "Test: on its way…", accepted: "Test: handed to the browser’s service", shown: "Test: shown", refused: "Test: refused", expired: "Test: did not leave in time" },
  quiet: "Quiet hours", quietOn: "Quiet at night", from: "From", to: "to", days: "The nights of", dayNames: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  passes: "Official emergencies ring all the same.", alsoPasses: "Let these ring at night too",
  passing: { danger_now: "Danger right now", hazard: "Fire, gas, flood", lost_dog: "Lost dog", lost_cat: "Lost cat" },
  snooze: "Quiet now", snoozeHour: "1 hour", snoozeDay: "Until tomorrow", snoozed: (time) => `Quiet until ${time}.`, wake: "Ring again",
  kinds: "What rings", rings: { street: "My street", neighbourhood: "My neighbourhood", farther: "Farther" },
  ways: { push: "Rings", badge: "Silently", digest: "In the digest", off: "Never" },
  kindNames: {
    lost_cat: "Lost cat", lost_dog: "Lost dog", found_pet: "Found pet", theft: "Theft", danger_now: "Danger", scam_doorstep: "Doorstep scam", hazard: "Fire, gas, flood", outage: "Outage", road: "Road", help_needed: "A hand",
    lost_found_object: "Lost or found object", official: "Official news", announcement: "Announcements", direct: "Direct messages", mention: "I am mentioned", group: "Groups",
  },
  digest: "The day’s digest at", atMost: "At most three alerts ring a day; the rest waits for the digest.", saved: "Saved.",
  iphone: ["Tap Share", "Add to Home Screen", "Open Palier, sign in once"], iphoneWhy: "On iPhone and iPad a site can only ring from the home screen.",
  android: "Palier then opens like an app, and notifications stay reliable.", installNow: "Install", installed: "Palier is installed here.", installMenu: "In your browser’s menu choose “Install” or “Add to home screen”.",
  whyZone: (kind, metres) => `${kind}, an area of ${metres} that covers your street`, whyArea: (kind) => `${kind}, in an area that covers your home`, whyOwn: (kind) => `${kind}, an alert that you follow`,
  whyOf: {
    announcement: "An announcement for an area that covers your home", direct: "A message for you alone", mention: "A message that names you", group: "A message in one of your groups", message: "A message in a place you follow", trial: "A test", sighting: "Somebody saw what you are looking for", match: "Perhaps the animal you are looking for",
  },
  reasons: {
    muted: "you had muted it, so it did not ring.", rings: "outside your quiet hours.", urgent: "an emergency, which passes quiet hours.", kind_off: "you chose not to be told, so it did not ring.", kind_badge: "shown silently, as you chose.", kind_digest: "kept for the day’s digest, as you chose.",
    snoozed: "you had asked for quiet, so it was kept for later.", quiet_hours: "during your quiet hours, so it was kept for the morning.", over_by_then: "it was over before your quiet hours were, so it did not ring.", day_full: "three alerts had rung that day, so it was kept for the digest.",
    page_showed_it: "your open page showed it at once, so it did not ring.", trial: "you asked for it.",
  },
  whyNone: "Your phone was not called for this.", change: "Change my settings", whyLink: "Why was I told?",
  reach: (rang, phones, seconds) => `${rang} phones of ${phones} in ${seconds} s`, reachFew: (seconds) => `Phones rang within ${seconds} s`, queued: (seconds) => `Phones called after ${seconds} s`, firstShown: (seconds) => `Shown on a first phone in ${seconds} s`, shown: (n) => `Shown on ${n} of them`,
};

export function pushWords(language: "fr" | "en"): PushWords {
  return language === "en" ? en : fr;
}
