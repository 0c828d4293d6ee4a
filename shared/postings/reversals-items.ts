import { keys, shardOf } from '../table/keys.ts';
import { absent, type Table, type TransactionWrite } from '../table/table.ts';
import type { Posting } from './posting.ts';
import { reversalSchema, type Reversal } from './reversal.ts';

/** The write that notes that a posting was reversed, for the transaction of the posting that is its opposite; once. */
export function reversalMade(reversal: Omit<Reversal, 'pk' | 'sk'>): TransactionWrite {
  const key = keys.reversal(reversal.cohort, reversal.reverses);
  const listed = { gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${reversal.cohort}` };
  return { put: { ...reversal, ...key, ...listed }, onlyIf: absent };
}

/** The check, for the transaction of another reversal, that a posting is not reversed. */
export function notReversed({ cohort, id }: Pick<Posting, 'cohort' | 'id'>): TransactionWrite {
  return { key: keys.reversal(cohort, id), holds: absent };
}

/** That a posting was reversed, as it is at this moment; undefined when it was not. */
export async function readReversal(
  table: Table,
  { cohort, id }: Pick<Posting, 'cohort' | 'id'>,
): Promise<Reversal | undefined> {
  return await table.get(keys.reversal(cohort, id), reversalSchema, { consistent: true });
}

/** Which of these postings were reversed, by their ids; a reversal of the last second may be missing unless asked otherwise. */
export async function readReversals(
  table: Table,
  postings: readonly Pick<Posting, 'cohort' | 'id'>[],
  options: { readonly consistent?: boolean } = {},
): Promise<Map<string, Reversal>> {
  const wanted = new Map(postings.map(({ cohort, id }) => [id, keys.reversal(cohort, id)]));
  const found = await table.getMany([...wanted.values()], reversalSchema, options);
  return new Map(found.map((reversal) => [reversal.reverses, reversal]));
}

/** The reversals of a cohort's postings as they are at this moment, by what they reverse, behind a sort key. */
export async function readReversalsOfCohort(
  table: Table,
  cohort: string,
  limit: number,
  after?: string,
): Promise<Reversal[]> {
  const { pk, prefix } = keys.reversalsOf(cohort);
  const from = after === undefined ? {} : { after };
  return await table.query({ pk, prefix, ...from, limit, consistent: true }, reversalSchema);
}
