import * as z from 'zod';

/** On which side of a debt the organisation acted for stands. */
export const side = z
  .enum(['owed-to-us', 'owed-by-us'])
  .describe('What the other organisation owes you, or what you owe it');
export type Side = z.infer<typeof side>;

/** Who is owed and who owes, as one of the two organisations speaks of it. */
export function partiesOf(of: Side, organisation: string, counterparty: string) {
  return of === 'owed-to-us'
    ? { creditor: organisation, debtor: counterparty }
    : { creditor: counterparty, debtor: organisation };
}
