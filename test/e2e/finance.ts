import { z } from 'zod';
import type { Party } from './party.ts';

const amount = { net: z.int(), vat: z.int() };
const shareSchema = z.object({ organisation: z.string(), ...amount, treatment: z.string(), tickets: z.array(z.int()) });
const sharesSchema = z.object({
  status: z.enum(['forecast', 'posted']),
  freezesOn: z.string(),
  shared: z.int(),
  shares: z.array(shareSchema),
});
const planSchema = z.object({ version: z.int(), shared: z.int() });
const membersSchema = z.object({ items: z.array(z.object({ id: z.string(), version: z.int() })) });

const postingSchema = z.object({
  id: z.string(),
  creditor: z.string(),
  debtor: z.string(),
  period: z.string(),
  ...amount,
  tickets: z.array(z.int()),
  reason: z.string(),
  cause: z.string(),
});
export type Line = z.infer<typeof postingSchema>;
const bornSchema = z.object({
  net: z.int(),
  shared: z.int(),
  places: z.array(z.object({ ticket: z.int(), percent: z.int(), why: z.string() })),
});
const explainedSchema = z.object({
  posting: postingSchema,
  behind: z.array(postingSchema),
  cause: z.object({ event: z.string(), type: z.string() }).optional(),
  before: bornSchema.optional(),
  after: bornSchema.optional(),
});
const statementSchema = z.object({
  id: z.string(),
  creditor: z.string(),
  debtor: z.string(),
  period: z.string(),
  kind: z.string(),
  number: z.string(),
  gross: z.int(),
  lines: z.int(),
  hash: z.string(),
  status: z.string(),
});
export type Statement = z.infer<typeof statementSchema>;
const paymentSchema = z.object({
  number: z.int(),
  from: z.string(),
  to: z.string(),
  pence: z.int(),
  status: z.string(),
  clears: z.array(z.object({ statement: z.string(), pence: z.int() })),
});
const settlementSchema = z.object({
  id: z.string(),
  status: z.string(),
  debts: z.array(z.object({ statement: z.string(), pence: z.int(), setOff: z.int(), settled: z.boolean() })),
  payments: z.array(paymentSchema),
  position: z.object({ owes: z.int(), isOwed: z.int(), pays: z.int(), receives: z.int() }),
  plan: z.object({ organisations: z.int(), payments: z.int(), atLeast: z.int() }),
});
export type Settlement = z.infer<typeof settlementSchema>;
const itemsOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

/** The cost plan of the story: £29,183.33, no VAT. */
export const londonCosts = [
  ['venue', 'venue', 960_000],
  ['facilitator', 'faculty', 1_825_000],
  ['materials', 'materials', 133_333],
].map(([id, kind, net]) => ({
  id,
  kind,
  description: `What ${String(id)} costs`,
  planned: { net },
  vatTreatment: 'outside-scope',
  vatRecoverable: false,
}));

/** What finance staff do, in the API's words; refused as a party's verbs are. */
export function financeOf(party: Party) {
  const { ask } = party;
  const seeing = (version: number) => ({ 'if-match': `"${String(version)}"` });
  return {
    /** Gives the party's one member the role of finance beside its own: administrators see no money. */
    becomeFinance: async () => {
      const { items } = await ask(membersSchema, 'GET /v1/members');
      for (const { id, version } of items) {
        const roles = ['administrator', 'finance'];
        await ask(z.object({ id: z.string() }), `PUT /v1/members/${id}/roles`, { roles }, seeing(version));
      }
    },
    setCostPlan: async (cohort: string, seen: number, plan: object) =>
      await ask(planSchema, `PUT /v1/cohorts/${cohort}/cost-plan`, plan, seeing(seen)),
    seePostings: async (counterparty: string, side: 'owed-to-us' | 'owed-by-us', year: string) =>
      (
        await ask(
          itemsOf(postingSchema),
          `GET /v1/postings?counterparty=${counterparty}&side=${side}&year=${year}&limit=100`,
        )
      ).items,
    explain: async ({ id, creditor, debtor, period }: Line) =>
      await ask(explainedSchema, `GET /v1/postings/${id}?creditor=${creditor}&debtor=${debtor}&period=${period}`),
    closePeriod: async (period: string) =>
      await ask(z.object({ through: z.string() }), 'POST /v1/period-closings', { period }),
    issueStatement: async (debtor: string, period: string) =>
      await ask(statementSchema, 'POST /v1/statements', { debtor, period }),
    seeLines: async (statement: string) =>
      (await ask(itemsOf(postingSchema), `GET /v1/statements/${statement}/lines?limit=100`)).items,
    seeStatement: async (statement: string) => await ask(statementSchema, `GET /v1/statements/${statement}`),
    agree: async ({ id, hash }: Statement) => await ask(statementSchema, `POST /v1/statements/${id}/agree`, { hash }),
    dispute: async (statement: string, posting: string, code: string) =>
      await ask(statementSchema, `POST /v1/statements/${statement}/dispute`, { lines: [{ posting, code }] }),
    /** Answers the one line of a dispute. */
    answer: async (statement: string, answer: object) =>
      await ask(statementSchema, `POST /v1/statements/${statement}/answer`, { answers: [answer] }),
    proposeNetting: async (members: readonly string[]) =>
      await ask(z.object({ id: z.string(), status: z.string() }), 'POST /v1/nettings', { members }),
    acceptNetting: async (netting: string) =>
      await ask(z.object({ status: z.string() }), `POST /v1/nettings/${netting}/accept`),
    settle: async (how: object) => await ask(settlementSchema, 'POST /v1/settlements', how),
    seeSettlement: async (settlement: string) => await ask(settlementSchema, `GET /v1/settlements/${settlement}`),
    withdraw: async (settlement: string) => await ask(settlementSchema, `POST /v1/settlements/${settlement}/withdraw`),
    pay: async (settlement: string, payment: number, on: string) =>
      await ask(paymentSchema, `POST /v1/settlements/${settlement}/payments/${String(payment)}/record`, {
        on,
        reference: `BACS ${String(payment)}`,
      }),
    confirm: async (settlement: string, payment: number) =>
      await ask(paymentSchema, `POST /v1/settlements/${settlement}/payments/${String(payment)}/confirm`, {}),
    seeShares: async (cohort: string) => await ask(sharesSchema, `GET /v1/cohorts/${cohort}/shares`),
  };
}
