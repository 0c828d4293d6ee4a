import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { findActivePerson } from '../people/find-people.ts';
import { personId } from '../people/person.ts';
import { isLead, isManagerOf } from '../people/speaks-for.ts';
import { backfills } from './backfill.ts';
import { recordRelease } from './record-release.ts';

const releaseSchema = z.object({
  cohort: z.string(),
  person: z.string(),
  by: z.enum(['manager', 'lead']),
  backfill: z.enum(backfills),
});

/**
 * Lets a person take part in a cohort: their line manager does it, or a programme lead records that the manager did. It is
 * what naming the person asks for. Said again, what is said last counts.
 *
 * Refusals: `person.not-found` for who is nobody of the organisation acted for, and to a manager who is not theirs.
 */
export const releasePerson = defineOperation({
  name: 'release-person',
  summary: 'Release a person for a cohort, as their manager, or record that their manager did',
  kind: 'act',
  input: z.strictObject({
    cohort: cohortId,
    person: personId,
    backfill: z.enum(backfills).describe('What is done about their work on those days'),
  }),
  output: releaseSchema,
  example: { cohort: 'coh_0123456789ab', person: 'per_0123456789abcdef', backfill: 'arranged' },
  refusals: ['person.not-found', 'person.not-unique'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { person, backfill }, cohort) {
    const organisation = actingOrganisation(context);
    const known = await findActivePerson(context.table, organisation, person);
    if (known === undefined) throw refusal('person.not-found');
    const by = isLead(context) ? 'lead' : 'manager';
    if (by === 'manager' && !(await isManagerOf(context, known))) throw refusal('person.not-found');
    await recordRelease(context, organisation, { cohort: cohort.id, person, by, backfill });
    return { cohort: cohort.id, person, by, backfill } as const;
  },
});
