import { readUpTo } from '../paging.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { refusedClaimKey, refusedClaimsBy, refusedClaimsOn, type RefusedClaim } from './refused-claims-items.ts';

/** The most refused claims on one cohort, and of one organisation, that are looked at. */
const mostClaims = 500;
/** So many cohorts are looked at at the same time. */
const cohortsAtOnce = 8;

export type { RefusedClaim };

interface Found {
  readonly claims: readonly RefusedClaim[];
  /** Whether there are more. */
  readonly incomplete: boolean;
}

/** The claims on these cohorts that were refused for want of room: of each at most 500. */
export async function findRefusedClaimsOn(table: Table, cohorts: readonly string[]): Promise<Found> {
  const read = await manyAtOnce(
    cohorts,
    cohortsAtOnce,
    async (cohort) => await readUpTo(refusedClaimsOn(table, cohort), refusedClaimKey, mostClaims),
  );
  return { claims: read.flatMap(({ rows }) => rows), incomplete: read.some(({ isAll }) => !isAll) };
}

/** The claims of an organisation that were refused for want of room, on any cohort: at most 500. */
export async function findRefusedClaimsBy(table: Table, organisation: string): Promise<Found> {
  const { rows, isAll } = await readUpTo(refusedClaimsBy(table, organisation), ({ gsi1sk }) => gsi1sk, mostClaims);
  return { claims: rows, incomplete: !isAll };
}
