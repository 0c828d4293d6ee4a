import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { isOver } from '../cohorts/cohort-plan.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation, mayPerform } from '../operation.ts';
import { findPeople } from '../people/find-people.ts';
import { personDetails, type ActivePerson } from '../people/person.ts';
import { backfills } from './backfill.ts';
import { standingOf } from './ledger.ts';
import { readPersonReleases } from './person-releases-items.ts';
import { exceptionFor } from './place-record.ts';
import { readPlaceRecords } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

const { name, email, staffGroup, band, role, accessNeeds } = personDetails;
const namedPersonSchema = z.object({
  ticket: z.int(),
  organisation: z.string(),
  person: z.string().optional().describe('The id of the record; to their own organisation alone'),
  name: name.optional().describe('Missing when the person’s record was removed'),
  email: email.optional(),
  staffGroup: staffGroup.optional(),
  band: band.optional(),
  role: role.optional(),
  accessNeeds: accessNeeds.describe('What they need to take part'),
  release: z.object({ by: z.enum(['manager', 'lead']), backfill: z.enum(backfills) }).optional(),
  exception: z.string().optional().describe('Why the host takes a person who is not eligible'),
  exceptionFrom: z
    .string()
    .optional()
    .describe('The cohort for which the host made that exception, where it came with the person’s deferral'),
});

/**
 * Who is named on the places of a cohort: to the host everybody, to another organisation its own people. Nobody else
 * learns of them. Access needs are for who may also change them, which a key that only reads may not. Once the cohort is
 * over or cancelled its host needs neither them nor the e-mail addresses of others' people, and sees them no more. At most
 * 150 people: one page.
 */
export const listCohortPeople = defineOperation({
  name: 'list-cohort-people',
  summary: 'Who is named on a cohort: the host sees everybody, others their own people',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: z.object({ cohort: z.string(), people: z.array(namedPersonSchema) }),
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, _input, cohort) {
    const { table, actor, clock } = context;
    const acting = actingOrganisation(context);
    const ledger = await readLedger(table, cohort.id, { consistent: true });
    if (ledger === undefined) return { cohort: cohort.id, people: [] };
    const records = await readPlaceRecords(table, cohort.id);
    const shown = standingOf(ledger).confirmed.flatMap(({ ticket, organisation }) => {
      const record = records.get(ticket);
      const person = record?.person;
      const isShown = acting === cohort.host || acting === organisation;
      if (!isShown || record === undefined || person === undefined || ledger.named?.has(ticket) !== true) return [];
      const { reason, from } = exceptionFor(record, person) ?? {};
      const came = from === undefined ? {} : { exceptionFrom: from };
      return [{ ticket, organisation, person, exception: reason, ...came }];
    });
    const details = await Promise.all(
      [...Map.groupBy(shown, ({ organisation }) => organisation)].map(async ([organisation, named]) => {
        const ids = named.map(({ person }) => person);
        const [people, releases] = await Promise.all([
          findPeople(table, organisation, ids),
          readPersonReleases(table, organisation, ids, cohort.id),
        ]);
        return ids.map((id) => [id, { person: people.get(id), release: releases.get(id) }] as const);
      }),
    );
    const known = new Map(details.flat());
    const hasEnded = ledger.status === 'cancelled' || isOver(cohort, clock.now());
    const seesNeeds = mayPerform('update-person', actor);
    const people = shown.map(({ person: id, ...place }) => {
      const { person, release } = known.get(id) ?? {};
      const isOwn = place.organisation === acting;
      const isReachable = isOwn || !hasEnded;
      return {
        ...place,
        ...(isOwn ? { person: id } : {}),
        ...(person === undefined ? {} : pick(person, { email: isReachable, needs: isReachable && seesNeeds })),
        ...(release === undefined ? {} : { release: { by: release.by, backfill: release.backfill } }),
      };
    });
    return { cohort: cohort.id, people };
  },
});

/** What is to be known of a person who takes part, and no more. */
function pick(
  { name: called, email: at, staffGroup: group, band: grade, role: job, accessNeeds: needs }: ActivePerson,
  shows: { readonly email: boolean; readonly needs: boolean },
) {
  return {
    name: called,
    ...(shows.email ? { email: at } : {}),
    staffGroup: group,
    band: grade,
    role: job,
    ...(shows.needs && needs !== undefined ? { accessNeeds: needs } : {}),
  };
}
