import { z } from 'zod';
import type { Party } from './party.ts';

const nameSchema = z.object({ cohort: z.string(), ticket: z.int(), person: z.string() });
const releaseSchema = z.object({ person: z.string(), by: z.enum(['manager', 'lead']), backfill: z.string() });
const namedSchema = z.object({
  ticket: z.int(),
  organisation: z.string(),
  person: z.string().optional(),
  name: z.string().optional(),
  accessNeeds: z.string().optional(),
  release: releaseSchema.omit({ person: true }).optional(),
  exception: z.string().optional(),
});
const allocationSchema = z.object({
  state: z.enum(['collecting', 'closed', 'fixed']),
  proposed: z.array(
    z.object({ ticket: z.int(), organisation: z.string(), getsPlace: z.boolean(), reason: z.string().optional() }),
  ),
  late: z.array(z.int()),
  order: z.array(z.int()).optional(),
  adjustments: z.array(z.object({ ticket: z.int(), reason: z.string() })).optional(),
});
const attendanceSchema = z.object({
  items: z.array(
    z.object({
      ticket: z.int(),
      sessions: z.array(
        z.object({
          session: z.string(),
          attendance: z.string(),
          before: z.array(z.object({ attendance: z.string() })),
        }),
      ),
      completed: z.object({ on: z.string().optional() }).optional(),
    }),
  ),
});
const certificateSchema = z.object({ number: z.string(), person: z.string(), completedOn: z.string() });
const balanceSchema = z.object({
  given: z.int(),
  taken: z.int(),
  net: z.int(),
  partners: z.array(z.object({ organisation: z.string(), given: z.int(), taken: z.int() })),
});

/** Somebody on record as these tests need them: a manager of band 7, unless said otherwise. */
const somebody = {
  staffGroup: 'managers',
  band: '7',
  role: 'Service manager',
  managesPeople: true,
  leadsCommissioning: false,
};

/** What a programme lead does with people, names and an allocation, in the API's words; refused as a party's verbs are. */
export function leadOf(party: Party) {
  const { ask } = party;
  return {
    addPerson: async (reference: string, details: object = {}) =>
      (
        await ask(z.object({ id: z.string() }), 'POST /v1/people', {
          ...somebody,
          reference,
          name: `Example ${reference}`,
          email: `${reference.toLowerCase()}@example.org`,
          ...details,
        })
      ).id,
    releasePerson: async (cohort: string, person: string) =>
      await ask(releaseSchema, `POST /v1/cohorts/${cohort}/person-releases`, { person, backfill: 'arranged' }),
    name: async (cohort: string, ticket: number, person: string) =>
      await ask(nameSchema, `POST /v1/cohorts/${cohort}/names`, { ticket, person }),
    replace: async (cohort: string, ticket: number, person: string) =>
      await ask(nameSchema, `PUT /v1/cohorts/${cohort}/names`, { ticket, person }),
    unname: async (cohort: string, ticket: number) =>
      await ask(nameSchema.omit({ person: true }), `POST /v1/cohorts/${cohort}/unnamings`, { ticket }),
    allowLateNaming: async (cohort: string, ticket: number, until: string) =>
      await ask(z.object({ lateUntil: z.string() }), `POST /v1/cohorts/${cohort}/late-namings`, { ticket, until }),
    makeException: async (cohort: string, ticket: number, reason: string) =>
      await ask(z.object({ ticket: z.int() }), `POST /v1/cohorts/${cohort}/exceptions`, { ticket, reason }),
    seePeople: async (cohort: string) =>
      (await ask(z.object({ people: z.array(namedSchema) }), `GET /v1/cohorts/${cohort}/people`)).people,
    recordAttendance: async (cohort: string, session: string, attended: Readonly<Record<number, string>>) => {
      const places = Object.entries(attended).map(([ticket, attendance]) => ({ ticket: Number(ticket), attendance }));
      await ask(z.object({ session: z.string() }), `PUT /v1/cohorts/${cohort}/attendance`, { session, places });
    },
    seeAttendance: async (cohort: string) =>
      (await ask(attendanceSchema, `GET /v1/cohorts/${cohort}/attendance`)).items,
    complete: async (cohort: string, tickets: readonly number[], on: string, reason?: string) =>
      await ask(z.object({ on: z.string() }), `POST /v1/cohorts/${cohort}/completions`, { tickets, on, reason }),
    seeCertificate: async (cohort: string, ticket: number) =>
      await ask(certificateSchema, `GET /v1/cohorts/${cohort}/certificates/${String(ticket)}`),
    seeBalance: async (year: string) => await ask(balanceSchema, `GET /v1/balance?year=${year}`),
    seeAllocation: async (cohort: string) => await ask(allocationSchema, `GET /v1/cohorts/${cohort}/allocation`),
    fixAllocation: async (cohort: string, order: readonly number[], adjustments: readonly object[] = []) =>
      await ask(allocationSchema, `PUT /v1/cohorts/${cohort}/allocation`, { order, adjustments }),
  };
}

/** Puts somebody on record and has their release recorded: they can be named on the cohort. */
export async function givenReady(party: Party, cohort: string, reference: string, details: object = {}) {
  const lead = leadOf(party);
  const person = await lead.addPerson(reference, details);
  await lead.releasePerson(cohort, person);
  return person;
}
