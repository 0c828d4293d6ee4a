import * as z from 'zod';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { mayPerform } from '../operation.ts';
import { objections, objectionsTo } from '../people/eligibility.ts';
import { findPeople } from '../people/find-people.ts';
import { personDetails, personId } from '../people/person.ts';
import { applicationStatuses } from './application-states.ts';
import { anyReason, applicationId, noTexts, reasonMeanings, type Application } from './application.ts';
import { kindsOf } from './check-selected.ts';
import type { Sight } from './find-application.ts';

const { name, staffGroup, band, role } = personDetails;

/** An application as the person, the leads of their organisation, and the host of the cohort see it. */
export const applicationAnswerSchema = z.object({
  id: applicationId,
  cohort: z.string(),
  organisation: z.string(),
  person: personId.optional().describe('Who; to their own organisation alone'),
  applicant: z
    .object({ name, staffGroup, band, role })
    .optional()
    .describe(
      'Who they are; missing when their record was removed or the application withdrawn, and to the host of a cohort that is over or cancelled',
    ),
  status: z.enum(applicationStatuses),
  statement: z.string().optional().describe('Why they want to take part'),
  reason: anyReason.optional().describe('Why it was declined or not selected, by its code'),
  meaning: z.string().optional().describe('What the reason means'),
  words: z.string().optional().describe('More about the reason'),
  objections: z
    .array(z.enum(objections))
    .optional()
    .describe(
      'Why, as they are on record now, they are not among those whom the programme is for; the host selects them only by an exception',
    ),
  exception: z.string().optional().describe('Why the host may select them all the same'),
  rank: z.int().optional().describe('Where it stands among the alternates; those before may be taken or gone'),
  ticket: z.int().optional().describe('The place that the selected person was given'),
});
export type ApplicationAnswer = z.infer<typeof applicationAnswerSchema>;

/**
 * Applications, each as it is seen, with what is on record about the people at this moment. Of somebody whose record was
 * removed no text is shown any more, theirs or about them; nor is it, or who they are, to the host when the cohort is over
 * or cancelled.
 */
export async function answerApplications(
  { table }: Pick<Context, 'table'>,
  { audience }: Pick<Cohort, 'audience'>,
  shown: readonly { readonly application: Application; readonly sight: Sight }[],
): Promise<ApplicationAnswer[]> {
  const perOrganisation = Map.groupBy(
    shown.map(({ application }) => application),
    ({ organisation }) => organisation,
  );
  const kinds = await kindsOf(table, [...perOrganisation.keys()]);
  const found = await Promise.all(
    [...perOrganisation].map(async ([organisation, applications]) => [
      ...(await findPeople(
        table,
        organisation,
        applications.map(({ person }) => person),
      )),
    ]),
  );
  const people = new Map(found.flat());
  return shown.map(({ application, sight }) => {
    const person = people.get(application.person);
    const isReadable = person !== undefined && sight !== 'host-afterwards';
    const isShown = isReadable && application.status !== 'withdrawn';
    const kind = kinds.get(application.organisation);
    const against = isShown && kind !== undefined ? objectionsTo(audience, person, kind) : [];
    return {
      ...seen(isReadable ? application : { ...application, ...noTexts }),
      ...(sight === 'own' ? { person: application.person } : {}),
      ...(isShown ? { applicant: pick(person) } : {}),
      ...(against.length === 0 ? {} : { objections: against }),
    };
  });
}

/**
 * One application as its own organisation sees it. An API key that may write but not read people's data learns which it is
 * and how it stands, and nothing of the person or of what was written.
 */
export async function answerOwn(
  context: Pick<Context, 'table' | 'actor'>,
  plan: Pick<Cohort, 'audience'>,
  application: Application,
): Promise<ApplicationAnswer> {
  if (!mayPerform('get-application', context.actor)) {
    const { id, cohort, organisation, status } = application;
    return { id, cohort, organisation, status };
  }
  const [answer = seen(application)] = await answerApplications(context, plan, [{ application, sight: 'own' }]);
  return answer;
}

function seen(application: Application) {
  const { id, cohort, organisation, status, statement, reason, words, exception, rank, ticket } = application;
  return {
    id,
    cohort,
    organisation,
    status,
    ...(statement === undefined ? {} : { statement }),
    ...(reason === undefined ? {} : { reason, meaning: reasonMeanings[reason] }),
    ...(words === undefined ? {} : { words }),
    ...(exception === undefined ? {} : { exception: exception.reason }),
    ...(rank === undefined ? {} : { rank }),
    ...(ticket === undefined ? {} : { ticket }),
  };
}

function pick(person: NonNullable<ApplicationAnswer['applicant']>) {
  return { name: person.name, staffGroup: person.staffGroup, band: person.band, role: person.role };
}
