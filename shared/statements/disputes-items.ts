import { keys } from '../table/keys.ts';
import { absent, type Table, type TransactionWrite } from '../table/table.ts';
import { disputeSchema, type Dispute } from './dispute.ts';
import { mostRounds } from './statement.ts';

/** All that was disputed of a statement, round by round. */
export async function readDisputes(table: Table, statement: string): Promise<Dispute[]> {
  return await table.query({ ...keys.disputesOf(statement), limit: mostRounds, consistent: true }, disputeSchema);
}

/** The write of a round, for the transaction with its statement: a new one, or one that was there and is answered now. */
export function disputePut(dispute: Omit<Dispute, 'pk' | 'sk'>, which: 'new' | 'answered'): TransactionWrite {
  const put = { ...dispute, ...keys.dispute(dispute.statement, dispute.round) };
  const unanswered = { condition: 'attribute_exists(pk) AND attribute_not_exists(answeredAt)' };
  return { put, onlyIf: which === 'new' ? absent : unanswered };
}
