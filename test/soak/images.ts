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
  listed: z.string(),
  change: z.looseObject({
    type: z.string(),
    by: z.string(),
    at: z.string(),
    audience: z.union([z.literal('all'), z.array(z.string())]).optional(),
  }),
});
export type Image = z.infer<typeof imageSchema>;

/** A live place, worked out by the checker itself. */
export interface Held {
  readonly ticket: number;
  readonly organisation: string;
  readonly claim: string;
  /** The second at which it lapses while it waits, where it was given a date. */
  readonly until: number | undefined;
  readonly confirmed: boolean;
  /** Where it stands in line, from 1; 0 for a confirmed one. */
  readonly position: number;
}

const known = new WeakMap<Image, readonly Held[]>();

/** The live places of an image by ticket: the first `capacity` are confirmed. Worked out once for each image. */
export function heldIn(image: Image): readonly Held[] {
  const remembered = known.get(image);
  if (remembered !== undefined) return remembered;
  const live = Object.entries(image.entries).filter(([, ticket]) => ticket > 0);
  live.sort(([, one], [, other]) => one - other);
  const held = live.map(([key, ticket], index) => ({
    ticket,
    organisation: `org_${key.slice(0, 7)}`,
    claim: claimIn(key),
    until: image.until[claimIn(key)],
    confirmed: index < image.capacity,
    position: index < image.capacity ? 0 : index - image.capacity + 1,
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
