// Every French sentence of the client. `en.ts` has the same keys or does not compile.

import { typesetAll } from "./typography";

const plural = new Intl.PluralRules("fr");
const count = new Intl.NumberFormat("fr");
const s = (n: number, one: string, other: string) => `${count.format(n)} ${plural.select(n) === "one" ? one : other}`;

export const fr = typesetAll({
  language: "fr" as "fr" | "en",
  name: "Palier",
  skip: { label: "Accès rapide", messages: "Aller aux messages", write: "Écrire", alert: "Alerter" },
  bar: {
    label: "Navigation", street: "Ma rue", neighbourhood: "Voisinage", messages: "Messages", alert: "Alerter", around: "Autour",
    neighbours: "Voisins", menu: "Menu", search: "Rechercher", me: "Moi", back: "Retour", aroundMe: "Autour de moi",
    theNeighbourhood: "Le voisinage", alerts: "Alertes et infos", groups: "Groupes",
    unread: (n: number) => (n >= 100 ? "plus de 99 nouveaux messages" : s(n, "nouveau message", "nouveaux messages")),
  },
  title: {
    welcome: "Bienvenue", signUp: "Inscription", signIn: "Connexion", stay: "Rester", code: "Mon code", position: "Ma position",
    neighboursWay: "Deux voisins me connaissent", card: "Une carte par courrier", vouch: "Parrainer", messages: "Messages",
    groups: "Groupes", pets: "Mes animaux", map: "Carte", raise: "Alerter", review: "Vérifier", alertPage: "Alerte", info: "Info officielle", around: "Autour", alert: "Alerter", neighbours: "Voisins", search: "Recherche", me: "Moi", privacy: "Confidentialité", account: "Mon compte",
    notifications: "Notifications", install: "Installer Palier", why: "Pourquoi ?", devices: "Appareils", confirm: "Mon e-mail", password: "Mot de passe", notMe: "Ce n’est pas moi", conversation: "Conversation", lost: "Page introuvable", rules: "Les règles du palier", accessibility: "Accessibilité",
  },
  welcome: {
    sentence: "Votre rue, vos voisins, et les alertes qui vous concernent.",
    more: "Palier relie les habitants d’une même rue. Rien à installer, pas de publicité.",
    where: "Où habitez-vous ?", secret: "Votre numéro reste secret : personne ne le verra.",
    member: "J’ai déjà un compte", points: ["Dites bonjour à votre rue", "Un chat perdu ? Tout le quartier cherche", "La mairie prévient, personne n’espionne"],
  },
  address: {
    hint: "Le nom de votre rue", found: (n: number) => (n === 0 ? "Aucune adresse" : s(n, "adresse", "adresses")),
    missing: "Mon adresse n’est pas là", number: "Numéro", street: "Rue", postcode: "Code postal", city: "Commune", chosen: "Votre adresse",
    change: "Changer", manual: "Écrivez votre adresse", next: "Continuer", door: "Appartement ou nom sur la boîte", doorWhy: "Facultatif. Il distingue les foyers d’un même immeuble.",
  },
  signUp: {
    who: "Comment vous appelle-t-on ?", displayName: "Votre nom", displayNameWhy: "Vos voisins le verront. Un prénom et un nom, comme sur la sonnette.",
    email: "Votre e-mail", password: "Un mot de passe", passwordWhy: "12 caractères au moins. Une phrase fait l’affaire.",
    age: "J’ai 15 ans ou plus", enter: "Entrer", step: (n: number) => `Étape ${n} sur 2`,
    ageNeeded: "Palier s’ouvre à 15 ans.", nameNeeded: "Dites comment on vous appelle.", emailNeeded: "Cet e-mail n’a pas la bonne forme.",
    passwordNeeded: "Il faut 12 caractères au moins.",
  },
  signIn: {
    enter: "Se connecter", email: "E-mail", password: "Mot de passe", newcomer: "Je n’ai pas encore de compte", forgot: "Mot de passe oublié ?", kept: "Vos messages non partis sont gardés ici.",
  },
  mail: {
    confirm: "Confirmer mon e-mail", confirmed: "Merci, votre e-mail est confirmé.", dead: "Ce lien n’est plus valable. Demandez-en un nouveau.",
    forgotWhy: "Dites votre e-mail : nous y envoyons un lien, valable 15 minutes.", send: "Envoyer le lien", sent: "Si un compte existe, le lien est en route. Regardez vos e-mails.",
    choose: "Choisissez un nouveau mot de passe", save: "Enregistrer", saved: "C’est fait. Connectez-vous avec le nouveau mot de passe.",
  },
  visit: {
    left: (hours: number) => `Visite : encore ${hours} h`, leftMinutes: (minutes: number) => `Visite : encore ${minutes} min`,
    why: "Vous lisez. Pour écrire, restez.", stay: "Rester", cannotWrite: "Vous pourrez écrire dès que votre adresse sera confirmée.",
    over: "Votre visite est finie. Confirmez votre adresse pour revenir.", short: (hours: number) => `encore ${hours} h`,
    location: "Votre rue s’ouvre avec la carte ou deux voisins.", institution: "Ce que les habitants se disent reste entre eux.", institutionWhy: "Une institution publie ; elle ne lit pas les conversations.",
  },
  stay: {
    once: "Une preuve d’adresse, une seule fois.", position: "Ma position, maintenant", positionWhy: "Ouvre le voisinage, tout de suite.",
    two: "Deux voisins me connaissent", twoWhy: "Ouvre aussi la rue, dès leur accord.", card: "Une carte par courrier",
    cardWhy: "Ouvre tout. Comptez quelques jours ; d’ici là, votre position ouvre le voisinage.", haveCode: "J’ai reçu mon code",
    after: "Après la visite, les infos officielles restent lisibles.", done: "Votre adresse est confirmée.",
    doneWhy: "Vous pouvez écrire à vos voisins. Rien d’autre à prouver.",
  },
  code: {
    label: "Le code de votre carte", hint: "9 lettres et chiffres, par exemple 7K2M‑9QXD‑4", confirm: "Confirmer",
    wrong: (left: number | null) => (left === null ? "Ce code ne correspond pas." : `Ce code ne correspond pas. Il vous reste ${s(left, "essai", "essais")}.`),
    dead: "Ce code n’est plus valable. Demandez une nouvelle carte.", welcome: (street: string) => `Bienvenue ${lower(street)} !`,
    goStreet: "Ouvrir ma rue", askCard: "Demander une carte", short: "Il manque des caractères.",
  },
  position: {
    what: "Votre navigateur dit où vous êtes, une seule fois. Nous comparons avec votre adresse, puis nous l’oublions.",
    keeps: "Gardés : la méthode, la précision et la date. Jamais le point.", go: "Vérifier ma position", looking: "Nous cherchons…",
    done: "C’est bon : le voisinage vous est ouvert.", goNeighbourhood: "Aller au voisinage",
    denied: "Votre navigateur n’a pas donné de position. Autorisez-la, ou choisissez une autre façon.",
    tooFar: "Vous semblez loin de chez vous. Réessayez à la maison.", tooVague: "Position trop vague. Réessayez près d’une fenêtre.",
  },
  two: {
    what: "Deux voisins de deux foyers différents confirment qu’ils vous connaissent. Ils ont eux-mêmes reçu une carte.",
    ask: "Créer mon lien", share: "Montrez ou envoyez ce lien à deux voisins :", copy: "Copier le lien", copied: "Lien copié",
    done: (n: number) => (n === 0 ? "Personne n’a encore répondu." : `${s(n, "voisin a", "voisins ont")} déjà dit oui.`), shareIt: "Envoyer",
  },
  card: {
    what: "Une carte avec un code arrive dans votre boîte aux lettres. Personne d’autre n’y a accès.", ask: "Envoyer la carte",
    sent: "Votre carte est en route.", sentWhy: "Comptez quelques jours. À l’arrivée, entrez son code ici.",
    position: "En attendant, ma position",
  },
  vouch: {
    what: "Parrainer, c’est dire : « Je connais cette personne, elle habite ici. »",
    asks: (name: string) => `${name} vous demande de confirmer son adresse.`,
    means: ["Il faut deux voisins de deux foyers.", "Vous pouvez parrainer trois personnes en 90 jours."],
    yes: "Oui, je connais cette personne", thanks: "Merci. Votre voix est comptée.", later: "Pas maintenant", gone: "Cette demande n’est plus ouverte.",
  },
  room: {
    tabs: "Vos lieux", locked: { street: "fermée pour l’instant", neighbourhood: "fermé pour l’instant" }, empty: "Vous ouvrez la porte. Dites bonjour !", write: { street: "Écrire à la rue…", neighbourhood: "Écrire au voisinage…" },
    readBy: { street: "Lu par les voisins des rues alentour.", neighbourhood: "Lu par tout le voisinage." }, end: "C’est tout. Tout est calme.", older: "Voir les plus anciennes",
    replies: (n: number) => s(n, "réponse", "réponses"),
    repliesNew: (n: number, fresh: number, more: boolean) => `${s(n, "réponse", "réponses")}, ${more ? "dont des nouvelles" : s(fresh, "nouvelle", "nouvelles")}`.replace(/(\d) /g, "$1\u00a0"),
    reply: "Répondre", open: "Lire la conversation", answer: "Répondre…", send: "Envoyer", first: "Nouveau", newThreads: (n: number) => s(n, "nouvelle conversation", "nouvelles conversations"),
    newMessages: (n: number) => s(n, "nouveau message", "nouveaux messages"), toEnd: "Aller au dernier message", isNeighbourhood: "Votre rue est petite : elle partage le voisinage.",
    photo: "Photo", sent: "Envoyé", waiting: "Partira au retour du réseau", sending: "Envoi…", notSent: "Pas parti. Réessayer ou supprimer.", retry: "Réessayer", remove: "Supprimer",
    deleted: "Message supprimé", folded: "Message replié : vous bloquez cette personne.", actions: "Actions", reactions: "Réactions", enlarge: (alt: string) => `Agrandir : ${alt}`, settings: "Notifications de ce lieu", here: (n: number) => `Au moins ${n} personnes ici`, more: "Photo, nom, silence", unquote: "Ne plus citer",
    reaction: { thumb: "d’accord", heart: "j’aime", smile: "drôle", wow: "étonnant", sad: "triste", thanks: "merci" },
    withheld: "Ouverte il y a plus de sept jours : visible une fois votre adresse confirmée.", edited: "modifié", me: "Vous", visitor: "en visite", messagesOf: (title: string) => `Messages, ${title}`,
    said: (name: string, text: string) => `${name} : ${text}`, tooLong: (n: number) => `${s(n, "caractère", "caractères")} de trop`,
    gone: "Cette conversation n’est plus là.", loading: "Chargement", opened: (name: string) => `Conversation ${of(name)}`, mine: "Votre conversation",
    verified: { location: "position vérifiée", vouched: "vérification par deux foyers", postcard: "vérification par courrier", in_person: "vérification en personne" } as Record<string, string>,
  },
  line: {
    offline: "Hors ligne. Vous pouvez lire et écrire.", offlineRead: "Hors ligne. Vous pouvez lire.", upTo: (time: string) => `À jour à ${time}`,
    back: (n: number) => (n === 0 ? "De retour." : `De retour. ${s(n, "message rattrapé", "messages rattrapés")}.`),
    trouble: "Nous n’arrivons pas à joindre Palier.", retry: "Réessayer", again: "Une erreur de notre côté. Rien n’est perdu, réessayez.",
    needed: "Il faut du réseau pour cela. Ce que vous avez écrit est gardé.",
  },
  empty: {
    around: "Tout est calme autour de vous.",
    aroundWhy: "Les alertes et les infos officielles s’afficheront ici, les plus graves d’abord.",
    danger: "En danger, appelez d’abord le 17 ou le 112.",
    searchHint: "Un mot, un nom",
    lost: "Cette page n’existe pas.", home: "Revenir à l’accueil", aroundNow: "Autour, en ce moment", calls: "Numéros d’urgence",
    call: { police: "Police", fire: "Pompiers", europe: "Urgences", sms: "par SMS" },
  },
  me: {
    address: "Votre adresse", status: {
      visitor: "En visite", expired: "Visite terminée", verified: "Adresse confirmée",
    }, level: {
      none: "pas encore confirmée", location: "par votre position", vouched: "par deux voisins", postcard: "par la carte", in_person: "en personne", organisation: "institution",
    } as Record<string, string>,
    inCity: (street: string, city: string) => `${street}, ${city}`, secret: "Votre numéro n’est montré à personne.", stay: "Confirmer mon adresse",
    language: "Langue", theme: "Apparence", themes: { system: "Comme l’appareil", light: "Clair", dark: "Sombre" }, sessions: "Appareils connectés",
    here: "Cet appareil", since: (when: string) => `Connexion : ${when}`, lastUsed: (when: string) => `dernier passage : ${when}`, signOut: "Se déconnecter", signOutEverywhere: "Déconnecter cet appareil",
    signOutWhy: "Ce que Palier gardait sur cet appareil sera effacé.", waiting: (n: number) => `${s(n, "message n’est", "messages ne sont")} pas encore parti${n > 1 ? "s" : ""}. Se déconnecter les efface.`,
    sure: "Se déconnecter et effacer", cancel: "Annuler", noSessions: "La liste de vos appareils n’est pas disponible ici.", rules: "Les règles du palier", accessibility: "Accessibilité",
  },
  rules: ["Parlez comme sur le palier : bonjour, merci, de bonne foi.", "Décrivez l’acte, pas la personne. L’origine accuse à tort et n’aide pas.",
    "Pas de visage, pas de plaque, pas de récompense dans une alerte.", "Le numéro des gens, leurs horaires, leurs absences restent chez eux.", "En danger : appelez d’abord le 17 ou le 112."],
  accessibility: ["Tout se fait au clavier ; chaque geste a un bouton.", "Le texte grandit jusqu’à 200 % sans rien cacher.", "Les lecteurs d’écran annoncent les nouveaux messages de la conversation ouverte, pas l’historique.",
    "Quelque chose vous bloque ? Écrivez à la personne qui opère ce serveur."],
  when: { today: "Aujourd’hui", yesterday: "Hier", now: "à l’instant", minutes: (n: number) => `il y a ${n} min` },
});

export type Words = typeof fr;

/** « de Nadia », « d’Inès ». */
function of(name: string): string {
  return /^[aeiouœ]/i.test(name.normalize("NFD")) ? `d’${name}` : `de ${name}`;
}

/** « Rue de la Chaussée » inside a sentence: « rue de la Chaussée ». */
function lower(street: string): string {
  return street.charAt(0).toLowerCase() + street.slice(1);
}
