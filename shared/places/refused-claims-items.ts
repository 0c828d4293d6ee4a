import * as z from 'zod';
import type { Source } from '../paging.ts';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { cohortOf, soughtOn, type Ledger } from './ledger.ts';

const refusedClaimSchema = z
  .object({
    pk: z.string(),
    gsi1sk: z.string(),
    organisation: z.string(),
    /** The day (UTC) on which it was refused last, and the most places that were then. */
    day: z.iso.date(),
    quantity: z.int(),
    /** What the organisation would have sought with them, all its places and waits counted, those that lapsed too. */
    sought: z.int(),
  })
  .transform(({ pk, ...claim }) => ({ ...claim, cohort: cohortOf({ pk }) }));
export type RefusedClaim = z.infer<typeof refusedClaimSchema>;

/**
 * Notes that a claim was refused for want of room, by the ledger that refused it: one item for an organisation and a cohort,
 * with the most that it asked for on the last day on which it did. Doing it again changes nothing.
 */
export async function noteRefusedClaim(
  table: Table,
  ledger: Ledger,
  claim: { readonly organisation: string; readonly quantity: number; readonly now: Date },
): Promise<void> {
  const { organisation, quantity } = claim;
  const cohort = cohortOf(ledger);
  const day = claim.now.toISOString().slice(0, 10);
  const note = { organisation, day, quantity, sought: soughtOn(ledger, organisation) + quantity };
  const index = { gsi1pk: keys.refusedClaimsBy(organisation), gsi1sk: keys.cohort(cohort).pk };
  await table.put(
    { ...keys.refusedClaim(cohort, organisation), ...index, ...note },
    {
      condition: 'attribute_not_exists(pk) OR #day < :day OR (#day = :day AND quantity < :quantity)',
      names: { '#day': 'day' },
      values: { ':day': day, ':quantity': quantity },
    },
  );
}

/** The claims on a cohort that were refused for want of room, one an organisation. */
export function refusedClaimsOn(table: Table, cohort: string): Source<RefusedClaim> {
  const { pk, prefix } = keys.refusedClaims(cohort);
  return async (after, limit) => await table.query({ pk, prefix, after, limit }, refusedClaimSchema);
}

/** Where those go on behind one of them. */
export function refusedClaimKey({ cohort, organisation }: RefusedClaim): string {
  return keys.refusedClaim(cohort, organisation).sk;
}

/** The claims of an organisation that were refused for want of room, one a cohort, in the order of `gsi1sk`. */
export function refusedClaimsBy(table: Table, organisation: string): Source<RefusedClaim> {
  const pk = keys.refusedClaimsBy(organisation);
  return async (after, limit) =>
    await table.query({ index: 'gsi1', pk, limit, ...(after === undefined ? {} : { after }) }, refusedClaimSchema);
}
