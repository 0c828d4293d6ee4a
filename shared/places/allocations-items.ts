import * as z from 'zod';
import { digest } from '../ids.ts';
import { personId } from '../people/person.ts';
import { keys } from '../table/keys.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { absent, type Table } from '../table/table.ts';
import { mostEntries, shortId } from './ledger.ts';

/**
 * What an organisation says with a claim, kept beside it: why, for the host to weigh; whom it would send first, and by which
 * purchase order it buys, for itself alone.
 */
const claimReasonSchema = z.object({
  sk: z.string(),
  reason: z.string().optional(),
  people: z.array(personId).optional(),
  purchaseOrder: z.string().optional(),
});
export type ClaimReason = Omit<z.infer<typeof claimReasonSchema>, 'sk'>;

/** Keeps why a claim was made, under its key; the same each time the request is sent. */
export async function putClaimReason(table: Table, cohort: string, claim: string, reason: ClaimReason): Promise<void> {
  await table.put({ ...keys.claimReason(cohort, claim), ...reason });
}

/** Why one claim was made; undefined where nothing was said. */
export async function readClaimReason(table: Table, cohort: string, claim: string): Promise<ClaimReason | undefined> {
  return await table.get(keys.claimReason(cohort, claim), claimReasonSchema, { consistent: true });
}

/** What an organisation said with its claims on a cohort, as far as it said anything. */
export async function readClaimReasonsOf(table: Table, cohort: string, organisation: string): Promise<ClaimReason[]> {
  const prefix = keys.claimReasons(cohort, shortId(organisation));
  return await table.query({ ...prefix, limit: mostEntries, consistent: true }, claimReasonSchema);
}

const removedAtOnce = 10;

/** The claims on a cohort, of one organisation or of all, of which it is kept why they were made; as many as a ledger has. */
export async function readExplainedClaims(table: Table, cohort: string, organisation?: string): Promise<string[]> {
  const prefix = keys.claimReasons(cohort, organisation && shortId(organisation));
  const found = await table.query({ ...prefix, limit: mostEntries, consistent: true }, claimReasonSchema);
  return found.map(({ sk }) => sk.slice('CLAIM#'.length));
}

/** Takes away why these claims on a cohort were made. */
export async function removeClaimReasons(table: Table, cohort: string, claims: readonly string[]): Promise<void> {
  await manyAtOnce(claims, removedAtOnce, async (claim) => {
    await table.delete(keys.claimReason(cohort, claim));
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

/** By what a decision about the order of a cohort's claims is known: the same for the same order and reasons. */
export function decisionOf({ order, adjustments, by }: Allocation): string {
  return digest('allocation', by, JSON.stringify([order, adjustments])).slice(0, 8);
}

/** One of the decisions about the order of a cohort's claims; the one that the ledger names is the one that counts. */
export async function readAllocation(table: Table, cohort: string, decision: string): Promise<Allocation | undefined> {
  return await table.get(keys.allocation(cohort, decision), allocationSchema, { consistent: true });
}

/** Keeps what the host decides, before the ledger makes it count; what is kept of the same decision stays. */
export async function putAllocation(table: Table, cohort: string, allocation: Allocation): Promise<void> {
  await table.put({ ...keys.allocation(cohort, decisionOf(allocation)), ...allocation }, absent);
}

/** Takes away a decision that did not come to count, and never will. */
export async function removeAllocation(table: Table, cohort: string, decision: string): Promise<void> {
  await table.delete(keys.allocation(cohort, decision));
}
