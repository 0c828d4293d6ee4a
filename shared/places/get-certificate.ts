import * as z from 'zod';
import type { Cohort } from '../cohorts/cohort.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentPlan } from '../cohorts/find-current-plan.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { digest } from '../ids.ts';
import { actingOrganisation, defineOperation, mayPerform } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { findActivePerson, findOwnPerson } from '../people/find-people.ts';
import { attendanceOf, attendances, completionOf } from './attendance.ts';
import { standingOf, ticketSchema } from './ledger.ts';
import type { PlaceRecord } from './place-record.ts';
import { readPlaceRecord } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

const attended = z.enum(attendances).extract(['full', 'partial']);
const certificateSchema = z.object({
  number: z.string().describe('The number of the certificate; the same each time, and of no other place'),
  person: z.string().describe('The name of the person'),
  organisation: z.string().describe('The name of their organisation'),
  programme: z.string().describe('The title of the programme'),
  cohort: z.string().describe('The name of the cohort'),
  host: z.string().describe('The name of the organisation that held it'),
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  sessions: z
    .array(z.object({ day: z.iso.date(), from: z.string(), to: z.string(), attended }))
    .describe('The sessions that were attended, in full or in part'),
  completedOn: z.iso.date(),
});

/**
 * What stands on the certificate of a person who has completed a cohort. To the person themselves, by the record that their
 * organisation keeps of them; to the leads of that organisation; and to the host's. To everybody else, and while nothing is
 * complete, there is none: `certificate.not-found`.
 */
export const getCertificate = defineOperation({
  name: 'get-certificate',
  summary: 'What stands on the certificate of a completed place',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId, ticket: z.coerce.number().pipe(ticketSchema) }),
  output: certificateSchema,
  example: { cohort: 'coh_0123456789ab', ticket: 3 },
  refusals: ['certificate.not-found', 'person.not-unique'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { ticket }, found) {
    const { table } = context;
    const ledger = await readLedger(table, found.id, { consistent: true });
    const isNamed =
      ledger !== undefined &&
      ledger.status !== 'cancelled' &&
      ledger.named?.has(ticket) === true &&
      standingOf(ledger).confirmed.some((entry) => entry.ticket === ticket);
    const record = isNamed ? await readPlaceRecord(table, found.id, ticket) : undefined;
    const completedOn = record === undefined ? undefined : completionOf(record)?.on;
    if (record?.person === undefined || completedOn === undefined) throw refusal('certificate.not-found');
    if (!(await maySee(context, record, record.person))) throw refusal('certificate.not-found');
    const cohort = await findCurrentPlan(table, found, ledger);
    const person = await findActivePerson(table, record.organisation, record.person);
    const names = await findOrganisations(table, [record.organisation, cohort.host]);
    if (person === undefined) throw refusal('certificate.not-found');
    const { name: called, firstDay, lastDay, title } = cohort;
    return {
      number: certificateNumber(cohort.id, ticket),
      person: person.name,
      organisation: names.get(record.organisation)?.name ?? '',
      programme: title,
      cohort: called,
      host: names.get(cohort.host)?.name ?? '',
      firstDay,
      lastDay,
      sessions: attendedSessions(cohort, record),
      completedOn,
    };
  },
});

/** The number of the certificate of a place, as it is read out: three groups of four letters and digits. */
export function certificateNumber(cohort: string, ticket: number): string {
  const letters = digest('certificate', cohort, String(ticket)).slice(0, 12).toUpperCase();
  return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].join('-');
}

function attendedSessions({ sessions }: Cohort, record: PlaceRecord) {
  const noted = attendanceOf(record);
  return sessions.flatMap(({ id, day, from, to }) => {
    const { attendance } = noted.get(id) ?? {};
    return attendance === undefined || attendance === 'none' ? [] : [{ day, from, to, attended: attendance }];
  });
}

/** Whether who asks is a lead of the organisation or of the host, or the person themselves. */
async function maySee(context: Context, { organisation, host }: PlaceRecord, person: string): Promise<boolean> {
  const acting = actingOrganisation(context);
  if (acting !== organisation && acting !== host) return false;
  if (mayPerform('list-cohort-people', context.actor)) return true;
  return acting === organisation && (await findOwnPerson(context))?.subject.id === person;
}
