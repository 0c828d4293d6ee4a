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
    seeShares: async (cohort: string) => await ask(sharesSchema, `GET /v1/cohorts/${cohort}/shares`),
  };
}
