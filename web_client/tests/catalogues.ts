// Every catalogue of the client, and where its sentences are said.

import { alertWords } from "../src/alerts/words";
import { staffWords } from "../src/announcements/words";
import { notMeWords } from "../src/accounts/notMe";
import { selfWords } from "../src/accounts/words";
import { chatWords } from "../src/direct/words";
import { pushWords } from "../src/push/words";
import { roomWords } from "../src/rooms/words";
import { en } from "../src/words/en";
import { fr } from "../src/words/fr";

/** By how a view gets at it: « app.words », or the function that gives it. */
export const CATALOGUES: Record<string, (language: "fr" | "en") => object> = {
  "app.words": (language) => (language === "fr" ? fr : en), alertWords, chatWords, notMeWords, pushWords, roomWords, selfWords, staffWords,
};
