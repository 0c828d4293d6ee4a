import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actorId, type Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { findActivePerson, findOwnPerson } from '../people/find-people.ts';
import { personId, type ActivePerson } from '../people/person.ts';
import { backfills, putPersonRelease } from './person-releases-items.ts';

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
    await putPersonRelease(context.table, organisation, {
      person,
      cohort: cohort.id,
      by,
      recordedBy: actorId(context.actor),
      backfill,
      at: context.clock.now().toISOString(),
    });
    return { cohort: cohort.id, person, by, backfill } as const;
  },
});

/** Whether who asks may record it for any manager: a lead, an administrator, or the organisation's own system. */
function isLead({ actor }: Context): boolean {
  if (actor.kind !== 'person') return true;
  const roles = actor.membership?.roles ?? [];
  return roles.includes('programme-lead') || roles.includes('administrator');
}

async function isManagerOf(context: Context, { managerReference }: ActivePerson): Promise<boolean> {
  const own = await findOwnPerson(context);
  return managerReference !== undefined && own?.subject.reference === managerReference;
}
