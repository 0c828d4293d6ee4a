import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { findActivePerson } from '../people/find-people.ts';
import { personId } from '../people/person.ts';
import { isLead, isManagerOf } from '../people/speaks-for.ts';
import { answerOwn, applicationAnswerSchema } from './application-answer.ts';
import { statement } from './application.ts';
import { putForward } from './put-forward.ts';
import { candidacyRefusals } from './submit-application.ts';

/**
 * Nominates somebody for a cohort that takes applications: their line manager does, or a lead of their organisation. It then
 * goes on like an application of their own, which they see and may withdraw.
 *
 * Refusals: those of submit-application; `person.not-found` for who is nobody of the organisation acted for, and to a
 * manager who is not theirs. Causes application.submitted.
 */
export const nominatePerson = defineOperation({
  name: 'nominate-person',
  summary: 'Nominate a person whom you manage for a place on a cohort',
  kind: 'create',
  input: z.strictObject({ cohort: cohortId, person: personId, statement }),
  output: applicationAnswerSchema,
  example: {
    cohort: 'coh_0123456789ab',
    person: 'per_0123456789abcdef',
    statement: 'Has led the ward through the winter and is ready for more.',
  },
  refusals: candidacyRefusals,
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, input, cohort) {
    const person = await findActivePerson(context.table, actingOrganisation(context), input.person);
    if (person === undefined) throw refusal('person.not-found');
    if (!isLead(context) && !(await isManagerOf(context, person))) throw refusal('person.not-found');
    const candidacy = { person, status: 'nominated' as const, statement: input.statement };
    return await answerOwn(context, cohort, await putForward(context, cohort, candidacy));
  },
});
