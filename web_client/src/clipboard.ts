// The clipboard, where there is one: a page without https has none, and a browser may say no.

/** Whether the words are in it now. */
export async function copied(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false;
  }
}
