import { z } from 'zod';

/** A ledger's image as the checker reads it: by a schema of its own, so that it shares no reading with what it checks. */
export const imageSchema = z.object({
  pk: z.string(),
  host: z.string(),
  status: z.string(),
  capacity: z.int(),
  waitlist: z.int(),
  room: z.int(),
  next: z.int(),
  version: z.int(),
  entries: z.record(z.string(), z.int()),
  live: z.record(z.string(), z.int()),
  until: z.record(z.string(), z.int()),
  named: z.set(z.int()).optional(),
  reminded: z.set(z.int()).optional(),
  naming: z.object({ by: z.string(), days: z.int() }).optional(),
  collecting: z.int().optional(),
  lateFrom: z.int().optional(),
  order: z.array(z.int()).optional(),
  listed: z.string(),
  dueSince: z.int().optional(),
  change: z.looseObject({
    type: z.string(),
    by: z.string(),
    at: z.string(),
    audience: z.union([z.literal('all'), z.array(z.string())]).optional(),
    nameBy: z.string().optional(),
  }),
});
export type Image = z.infer<typeof imageSchema>;

/** A live place, worked out by the checker itself. */
export interface Held {
  readonly ticket: number;
  readonly organisation: string;
  readonly claim: string;
  /** Whether it was the organisation's from the opening on. */
  readonly reserved: boolean;
  /** The second at which it lapses while it waits, where it was given a date; until which it is reserved. */
  readonly until: number | undefined;
  readonly confirmed: boolean;
  /** Where it stands in line, from 1; 0 for a confirmed one. */
  readonly position: number;
}

const known = new WeakMap<Image, readonly Held[]>();

/**
 * The live places of an image: reserved ones first, then those that the host put in order, then the others, each by its
 * ticket. The first `capacity` are confirmed; while claims are collected, the reserved ones. Worked out once for each image.
 */
export function heldIn(image: Image): readonly Held[] {
  const remembered = known.get(image);
  if (remembered !== undefined) return remembered;
  const ranks = new Map(image.order?.map((ticket, rank) => [ticket, rank]));
  const live = Object.entries(image.entries).flatMap(([key, ticket]) => {
    const claim = claimIn(key);
    const reserved = claim.slice(7) === 'held';
    const rank = reserved ? -1 : (ranks.get(ticket) ?? ranks.size);
    return ticket > 0 ? [{ ticket, organisation: `org_${key.slice(0, 7)}`, claim, reserved, rank }] : [];
  });
  live.sort((one, other) => one.rank - other.rank || one.ticket - other.ticket);
  const given = image.collecting === undefined ? image.capacity : live.filter(({ reserved }) => reserved).length;
  const held = live.map(({ rank: _rank, ...place }, index) => ({
    ...place,
    until: image.until[place.claim],
    confirmed: index < given,
    position: index < given ? 0 : index - given + 1,
  }));
  known.set(image, held);
  return held;
}

/** The claim that the key of an entry belongs to. */
export function claimIn(key: string): string {
  return key.split('.')[0] ?? '';
}

/** The id of the cohort whose ledger it is. */
export function cohortIn(image: { readonly pk: string }): string {
  return image.pk.replace('COHORT#', '');
}

/** How many entries a claim made. */
export function keysOf(image: Image, claim: string): number {
  return Object.keys(image.entries).filter((key) => key.startsWith(`${claim}.`)).length;
}

/** Whether an entry of the organisation has exactly this ticket; negative: given back. */
export function standsFor(image: Image, organisation: string, ticket: number): boolean {
  const short = organisation.slice('org_'.length);
  return Object.entries(image.entries).some(([key, entry]) => entry === ticket && key.startsWith(short));
}
