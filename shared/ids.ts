import { createHash, randomBytes } from 'node:crypto';

/** The prefixes of ids: an id says what it names wherever it is met. */
const lengths = {
  org: 7,
  mem: 16,
  inv: 12,
  key: 12,
  prg: 12,
  coh: 12,
  per: 16,
  imp: 12,
  app: 12,
  pst: 16,
  sta: 12,
  stl: 12,
  net: 12,
} as const;
export type IdPrefix = keyof typeof lengths;

/** Crockford's base 32, lower case: no letter that reads as a digit, safe in an address. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Where random bytes come from; tests give one that repeats. */
export type RandomSource = (size: number) => Uint8Array;

export const randomSource: RandomSource = (size) => randomBytes(size);

/**
 * An organisation's id is short (seven characters, 35 bits) because it stands in every claim key of a cohort's ledger;
 * its creation is conditional, so a collision is retried and never shared.
 */
export function newId(prefix: IdPrefix, random: RandomSource): string {
  return `${prefix}_${encode(random(16)).slice(0, lengths[prefix])}`;
}

/**
 * The id of what one request creates: the same actor, operation and Idempotency-Key always give the same id, so that a
 * repeated request finds what the first one made.
 */
export function idOfRequest(prefix: IdPrefix, ...parts: readonly string[]): string {
  return `${prefix}_${digest(...parts).slice(0, lengths[prefix])}`;
}

/** A one-time code or secret: 160 random bits as 32 letters and digits. */
export function newSecret(random: RandomSource): string {
  return encode(random(20));
}

/** A one-way digest of the parts (their boundaries count), 51 letters and digits. Secrets are kept as this only. */
export function digest(...parts: readonly string[]): string {
  return encode(createHash('sha256').update(JSON.stringify(parts)).digest());
}

/** Matches an id of the given prefix. */
export function idPattern(prefix: IdPrefix): RegExp {
  return new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{${String(lengths[prefix])}}$`);
}

function encode(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((value >> bits) & 31);
    }
  }
  return text;
}
