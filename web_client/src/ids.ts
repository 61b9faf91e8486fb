// The key that makes a command safe to repeat: a ULID, so that keys also sort by the moment of writing.

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function newUlid(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  let time = "";
  for (let rest = now, digit = 0; digit < 10; digit += 1, rest = Math.floor(rest / 32)) time = CROCKFORD.charAt(rest % 32) + time;
  return time + Array.from(random, (byte) => CROCKFORD.charAt(byte % 32)).join("");
}
