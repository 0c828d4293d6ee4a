import * as z from 'zod';
import { personId } from '../people/person.ts';
import { keys } from '../table/keys.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { absent, type Table } from '../table/table.ts';
import { mostEntries, shortId } from './ledger.ts';

/** Why an organisation claims places, and whom it would send first; kept beside the claim, for the host to weigh. */
const claimReasonSchema = z.object({
  sk: z.string(),
  reason: z.string().optional(),
  people: z.array(personId).optional(),
});
export type ClaimReason = Pick<z.infer<typeof claimReasonSchema>, 'reason' | 'people'>;

/** Keeps why a claim is made, under its key; the same each time the request is sent. */
export async function putClaimReason(table: Table, cohort: string, claim: string, reason: ClaimReason): Promise<void> {
  await table.put({ ...keys.claimReason(cohort, claim), ...reason });
}

/** Why one claim was made; undefined where nothing was said. */
export async function readClaimReason(table: Table, cohort: string, claim: string): Promise<ClaimReason | undefined> {
  return await table.get(keys.claimReason(cohort, claim), claimReasonSchema, { consistent: true });
}

const removedAtOnce = 10;

/** Takes away why an organisation made its claims on a cohort. */
export async function removeClaimReasons(table: Table, cohort: string, organisation: string): Promise<void> {
  const prefix = keys.claimReasons(cohort, shortId(organisation));
  const found = await table.query({ ...prefix, limit: mostEntries, consistent: true }, claimReasonSchema);
  await manyAtOnce(found, removedAtOnce, async ({ sk }) => {
    await table.delete(keys.claimReason(cohort, sk.slice('CLAIM#'.length)));
  });
}

/** Keeps why a claim was made, unless that is kept already. */
export async function addClaimReason(table: Table, cohort: string, claim: string, reason: ClaimReason): Promise<void> {
  await table.put({ ...keys.claimReason(cohort, claim), ...reason }, absent);
}

/** Why these claims on a cohort were made, by claim key; those that said nothing are missing. */
export async function readClaimReasons(
  table: Table,
  cohort: string,
  claims: readonly string[],
): Promise<Map<string, ClaimReason>> {
  const wanted = [...new Set(claims)].map((claim) => keys.claimReason(cohort, claim));
  const found = await table.getMany(wanted, claimReasonSchema);
  return new Map(found.map(({ sk, ...reason }) => [sk.slice('CLAIM#'.length), reason]));
}

const adjustmentSchema = z.object({ ticket: z.int(), reason: z.string() });
const allocationSchema = z.object({
  order: z.array(z.int()),
  /** The order that was proposed. */
  proposed: z.array(z.int()),
  adjustments: z.array(adjustmentSchema),
  by: z.string(),
  at: z.iso.datetime(),
});
export type Allocation = z.infer<typeof allocationSchema>;

/** What the host decided about the order of a cohort's claims; it counts only when the ledger has this order. */
export async function readAllocation(table: Table, cohort: string): Promise<Allocation | undefined> {
  return await table.get(keys.allocation(cohort), allocationSchema, { consistent: true });
}

/** Keeps what the host decides, before the ledger makes it count. */
export async function putAllocation(table: Table, cohort: string, allocation: Allocation): Promise<void> {
  await table.put({ ...keys.allocation(cohort), ...allocation });
}
