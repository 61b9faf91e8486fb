// Long work in pieces: the browser paints and hears the reader in between.

type Yielding = { scheduler?: { yield?(): Promise<void> } };

/** The rest goes on in a task of its own. */
export function pause(): Promise<void> {
  const { scheduler } = globalThis as Yielding;
  return scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));
}
