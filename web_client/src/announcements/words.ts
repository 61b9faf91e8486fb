// The sentences of the staff's form, apart from the first load. French first.

import { typesetAll } from "../words/typography";

const fr = typesetAll({
  publish: "Publier une information", title: "Titre", titleNeeded: "Donnez un titre.", body: "Ce qu’il faut savoir, ce qu’il faut faire", level: "Importance",
  levels: { info: "Information", important: "Important", urgent: "Urgent : danger pour les habitants" }, now: "Publier maintenant", later: "Publier plus tard", at: "Le", expires: "Lisible jusqu’au",
  send: "Publier", sent: "C’est publié dans votre territoire.", planned: "C’est programmé.", ours: "Vos informations", withdraw: "Retirer", sure: "Oui, retirer",
  states: { scheduled: "programmée", published: "publiée", expired: "terminée", withdrawn: "retirée" }, only: "Cette page est celle des institutions.",
});

const en: typeof fr = {
  publish: "Publish an announcement", title: "Title", titleNeeded: "Give it a title.", body: "What to know, what to do", level: "Importance",
  levels: { info: "Information", important: "Important", urgent: "Urgent: danger to residents" }, now: "Publish now", later: "Publish later", at: "On", expires: "Readable until",
  send: "Publish", sent: "Published in your territory.", planned: "Scheduled.", ours: "Your announcements", withdraw: "Withdraw", sure: "Yes, withdraw",
  states: { scheduled: "scheduled", published: "published", expired: "ended", withdrawn: "withdrawn" }, only: "This page is for institutions.",
};

export function staffWords(language: "fr" | "en"): typeof fr {
  return language === "en" ? en : fr;
}
