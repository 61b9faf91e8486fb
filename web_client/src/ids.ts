// The key that makes a command safe to repeat: a ULID, so that keys also sort by the moment of writing.

/** What a form asked last, under which key. */
export type Asked = { readonly words: string; readonly key: string };

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function newUlid(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  let time = "";
  for (let rest = now, digit = 0; digit < 10; digit += 1, rest = Math.floor(rest / 32)) time = CROCKFORD.charAt(rest % 32) + time;
  return time + Array.from(random, (byte) => CROCKFORD.charAt(byte % 32)).join("");
}

/** What a form asks now. The same words keep their key, for their answer may be lost; other words are another thing. */
export function asking(payload: object, last: Asked | null): Asked {
  const words = JSON.stringify(payload);
  return last?.words === words ? last : { words, key: newUlid(Date.now()) };
}
