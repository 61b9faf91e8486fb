// What is being written and was not sent. Kept at each keystroke and at once: a page may die at any
// moment, and only localStorage has the words before the next line of code runs.

const PREFIX = "palier-draft-";
const AUTHOR = `${PREFIX}author`;

export function draftOf(place: string): string {
  return localStorage.getItem(PREFIX + place) ?? "";
}

export function keepDraft(place: string, text: string): void {
  if (text === "") localStorage.removeItem(PREFIX + place);
  else localStorage.setItem(PREFIX + place, text);
}

/** They outlive a session that ends, for whoever wrote them: another account finds none. */
export function keepDraftsOf(account: string): void {
  if (localStorage.getItem(AUTHOR) !== account) forgetDrafts();
  localStorage.setItem(AUTHOR, account);
}

export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}
