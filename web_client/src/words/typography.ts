// French spaces. The catalogue is written with plain ones; this puts the unbreakable ones where the
// Imprimerie nationale does: narrow before ; ! ?, full before : %, inside « » and before units.

const NARROW = "\u202f";
const FIXED = "\u00a0";

export function typeset(text: string): string {
  return text
    .replace(/ ([;!?])/g, `${NARROW}$1`)
    .replace(/ ([:%»])/g, `${FIXED}$1`)
    .replace(/« /g, `«${FIXED}`)
    .replace(/(\d) (?=(h|min|s|m|km|ans|jours|heures|€)(?![\p{L}]))/gu, `$1${FIXED}`)
    .replace(/(\bh) (?=\d)/g, `$1${FIXED}`);
}

/**
 * A catalogue whose every sentence, and every sentence its functions make, is typeset: each when it is
 * first read, for a view says few of them.
 */
export function typesetAll<Catalogue extends object>(catalogue: Catalogue): Catalogue {
  const set = {} as Catalogue;
  for (const [name, value] of Object.entries(catalogue)) {
    const keep = (given: unknown) => (Object.defineProperty(set, name, { value: given, enumerable: true }), given);
    Object.defineProperty(set, name, { get: () => keep(typesetOne(value)), enumerable: true, configurable: true });
  }
  return set;
}

function typesetOne(value: unknown): unknown {
  if (typeof value === "string") return typeset(value);
  if (typeof value === "function") return (...given: unknown[]) => typesetOne((value as (...given: unknown[]) => unknown)(...given));
  if (Array.isArray(value)) return value.map(typesetOne);
  return value !== null && typeof value === "object" ? typesetAll(value) : value;
}
