import { z } from 'zod';
import { dateOf, daysBetween } from './sample-days.ts';
import { madeSchema, type Stage } from './stage.ts';

const anything = z.object({});
const statementSchema = z.object({ id: z.string(), hash: z.string() });
type Statement = z.infer<typeof statementSchema>;
const linesSchema = z.object({ items: z.array(z.object({ id: z.string() })) });

/** What a creditor states to a debtor, by label, and in how many days it is due. */
interface Stated {
  readonly creditor: string;
  readonly debtor: string;
  readonly period: string;
  readonly days: number;
}

/** Issues a statement of a closed month. */
export async function issueStatement(stage: Stage, { creditor, debtor, ...terms }: Stated): Promise<Statement> {
  const body = { ...terms, debtor: stage.of(debtor).organisation };
  return await stage.caller.send({ ...stage.financeOf(creditor), path: '/v1/statements', body }, statementSchema);
}

/**
 * The hosts close a month and state what is owed for it. Those to Redbridge, which disputes the VAT, and to Larkfield, which
 * says nothing, were due ten days before `today`; the others, which are agreed, are not due yet. Answers the one that is to
 * be paid by itself.
 */
export async function statePlaces(stage: Stage, period: string, today: Date): Promise<{ readonly paidGross: string }> {
  const { caller, financeOf, run } = stage;
  for (const host of ['RF4', 'RAT']) {
    await caller.send({ ...financeOf(host), path: '/v1/period-closings', body: { period } }, anything);
  }
  const until = daysBetween(run.clock.now(), today);
  const issue = async (creditor: string, debtor: string, days: number) =>
    await issueStatement(stage, { creditor, debtor, period, days });
  const redbridge = await issue('RF4', 'Redbridge', until - 10);
  const barts = await issue('RF4', 'R1H', until + 20);
  const northEast = await issue('RF4', 'RAT', until + 20);
  await issue('RAT', 'Larkfield', until - 10);
  const host = await issue('RAT', 'RF4', until + 20);
  await agree(stage, 'R1H', barts);
  await agree(stage, 'RAT', northEast);
  await agree(stage, 'RF4', host);
  await dispute(stage, redbridge);
  return { paidGross: barts.id };
}

async function agree(stage: Stage, debtor: string, { id, hash }: Statement): Promise<void> {
  const agreed = { ...stage.financeOf(debtor), path: `/v1/statements/${id}/agree`, body: { hash } };
  await stage.caller.send(agreed, anything);
}

async function dispute({ caller, financeOf }: Stage, { id }: Statement): Promise<void> {
  const redbridge = financeOf('Redbridge');
  const path = `/v1/statements/${id}`;
  const { items } = await caller.send({ ...redbridge, method: 'GET', path: `${path}/lines` }, linesSchema);
  const words = 'Should this not be outside the scope of VAT, as it is between you and the trusts?';
  const lines = items.map(({ id: posting }) => ({ posting, code: 'wrong-vat', words }));
  await caller.send({ ...redbridge, path: `${path}/dispute`, body: { lines } }, anything);
}

/** Barts Health pays its statement by itself, and the host confirms that it came. */
export async function settleGross(stage: Stage, statement: string): Promise<void> {
  const { caller, financeOf, run } = stage;
  const payer = financeOf('R1H');
  const body = { statements: [statement] };
  const { id } = await caller.send({ ...payer, path: '/v1/settlements', body }, madeSchema);
  const path = `/v1/settlements/${id}/payments/1`;
  const made = { on: dateOf(run.clock.now()), reference: 'BACS 300417' };
  await caller.send({ ...payer, path: `${path}/record`, body: made }, anything);
  await caller.send({ ...financeOf('RF4'), path: `${path}/confirm` }, anything);
}

/**
 * The two that owe each other agree to net, and settle up to a month. North East London, which pays the difference, has noted
 * that it did; that it came is not confirmed yet.
 */
export async function settleNetted(stage: Stage, through: string): Promise<void> {
  const { caller, financeOf, run } = stage;
  const [host, partner] = [financeOf('RF4'), financeOf('RAT')];
  const members = { members: [partner.organisation] };
  const { id: netting } = await caller.send({ ...host, path: '/v1/nettings', body: members }, madeSchema);
  await caller.send({ ...partner, path: `/v1/nettings/${netting}/accept` }, anything);
  const { id } = await caller.send({ ...host, path: '/v1/settlements', body: { netting, through } }, madeSchema);
  const body = { on: dateOf(run.clock.now()), reference: 'BACS 204177' };
  await caller.send({ ...partner, path: `/v1/settlements/${id}/payments/1/record`, body }, anything);
}
