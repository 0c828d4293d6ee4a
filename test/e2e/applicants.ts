import { z } from 'zod';
import type { Party } from './party.ts';

const applicationSchema = z.object({
  id: z.string(),
  organisation: z.string(),
  person: z.string().optional(),
  applicant: z.object({ name: z.string() }).optional(),
  status: z.string(),
  statement: z.string().optional(),
  reason: z.string().optional(),
  meaning: z.string().optional(),
  words: z.string().optional(),
  objections: z.array(z.string()).optional(),
  exception: z.string().optional(),
  rank: z.int().optional(),
  ticket: z.int().optional(),
});
const decisionSchema = z.object({
  selected: z.array(z.object({ application: z.string(), ticket: z.int() })),
  unplaced: z.array(z.object({ application: z.string(), code: z.string() })),
  alternates: z.array(z.object({ application: z.string(), rank: z.int() })),
  notSelected: z.array(z.string()),
});
const takenSchema = z.object({ application: z.string(), organisation: z.string(), ticket: z.int() });
const deferralSchema = z.object({ ticket: z.int(), person: z.string(), to: z.string(), ticketThere: z.int() });
const successionSchema = z.object({ status: z.string(), version: z.int() });

/** What is done with applications to a cohort, in the API's words; refused as a party's verbs are. */
export function applicantsOf({ ask }: Party, cohort: string) {
  const at = (application: string) => `/v1/cohorts/${cohort}/applications/${application}`;
  return {
    apply: async (statement: string) =>
      await ask(applicationSchema, `POST /v1/cohorts/${cohort}/applications`, { statement }),
    nominate: async (person: string, statement: string) =>
      await ask(applicationSchema, `POST /v1/cohorts/${cohort}/nominations`, { person, statement }),
    endorse: async (application: string) =>
      await ask(applicationSchema, `POST ${at(application)}/endorse`, { backfill: 'arranged' }),
    decline: async (application: string, reason: string) =>
      await ask(applicationSchema, `POST ${at(application)}/decline`, { reason }),
    withdraw: async (application: string) => await ask(applicationSchema, `POST ${at(application)}/withdraw`),
    makeException: async (application: string, reason: string) =>
      await ask(z.object({ application: z.string() }), `POST ${at(application)}/exception`, { reason }),
    see: async (application: string) => await ask(applicationSchema, `GET ${at(application)}`),
    list: async () =>
      (await ask(z.object({ items: z.array(applicationSchema) }), `GET /v1/cohorts/${cohort}/applications`)).items,
    select: async (lists: object) => await ask(decisionSchema, `PUT /v1/cohorts/${cohort}/selection`, lists),
    takeAlternate: async () => await ask(takenSchema, `POST /v1/cohorts/${cohort}/alternates`),
  };
}

/** Takes who is named on a place over to a later cohort. */
export async function defer({ ask }: Party, cohort: string, ticket: number, to: string) {
  return await ask(deferralSchema, `POST /v1/cohorts/${cohort}/deferrals`, { ticket, to });
}

/** Agrees that one organisation is succeeded by another on a day. */
export async function agreeSuccession(old: Party, next: Party, on: string): Promise<void> {
  const proposal = { successor: next.organisation, on };
  const { version } = await old.ask(successionSchema, 'POST /v1/successions', proposal);
  const route = `POST /v1/successions/${old.organisation}/accept`;
  await next.ask(successionSchema, route, undefined, { 'if-match': `"${String(version)}"` });
}
