import * as z from 'zod';
import { answeredFileSchema } from '../answered-file.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { defineOperation, mayPerform } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { writeSheet } from '../sheets/write-sheet.ts';
import { placesOf } from './ledger.ts';
import { listCohortPeople } from './list-cohort-people.ts';
import { readLedger } from './places-items.ts';

const columns = [
  'ticket',
  'state',
  'organisation',
  'organisationName',
  'held',
  'heldUntil',
  'position',
  'confirmUntil',
  'named',
  'name',
  'email',
  'staffGroup',
  'band',
  'role',
  'accessNeeds',
] as const;

/**
 * The places of a cohort as they are at this moment, for the host's spreadsheet: a line each, confirmed ones first, then
 * those that wait, in order, with who is named on them, if the caller may see that (list-cohort-people). Of a draft only
 * the names of the columns. At most 180 lines.
 */
export const exportCohort = defineOperation({
  name: 'export-cohort',
  summary: 'The places of one of your cohorts, for a spreadsheet',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: answeredFileSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, input, cohort) {
    const ledger = await readLedger(context.table, cohort.id, { consistent: true });
    const places = ledger === undefined ? [] : placesOf(ledger);
    const ids = places.map(({ organisation }) => organisation);
    const seesPeople = mayPerform('list-cohort-people', context.actor);
    const [holders, { people }] = await Promise.all([
      findOrganisations(context.table, ids),
      seesPeople ? listCohortPeople.run(context, input, cohort) : { people: [] },
    ]);
    const byTicket = new Map(people.map((person) => [person.ticket, person]));
    const rows = places.map(({ organisation, held, named, ...place }) => {
      const person = byTicket.get(place.ticket);
      return {
        ...place,
        organisation,
        organisationName: holders.get(organisation)?.name,
        held: held === true ? 'yes' : undefined,
        named: named === true ? 'yes' : undefined,
        name: person?.name,
        email: person?.email,
        staffGroup: person?.staffGroup,
        band: person?.band,
        role: person?.role,
        accessNeeds: person?.accessNeeds,
      };
    });
    return { name: `places-${cohort.id}.csv`, content: writeSheet(columns, rows) };
  },
});
