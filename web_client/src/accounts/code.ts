// The code on a posted card: Crockford base 32, eight symbols and a check symbol, written XXXX-XXXX-C.

const SYMBOLS = 9;

/** What was typed, made readable: capitals, look-alikes put right, dashes added. */
export function written(typed: string): string {
  const plain = bare(typed).slice(0, SYMBOLS);
  return [plain.slice(0, 4), plain.slice(4, 8), plain.slice(8)].filter((part) => part !== "").join("-");
}

export function bare(typed: string): string {
  return typed.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1").replace(/[^0-9A-Z*~$=]/g, "");
}

export function isWhole(typed: string): boolean {
  return bare(typed).length === SYMBOLS;
}
