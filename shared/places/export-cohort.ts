import * as z from 'zod';
import { answeredFileSchema } from '../answered-file.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { defineOperation } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { writeSheet } from '../sheets/write-sheet.ts';
import { placesOf } from './ledger.ts';
import { readLedger } from './places-items.ts';

const columns = ['ticket', 'state', 'organisation', 'organisationName', 'position', 'confirmUntil'] as const;

/**
 * The places of a cohort as they are at this moment, for the host's spreadsheet: a line each, confirmed ones first, then
 * those that wait, in order. Of a draft only the names of the columns. At most 180 lines.
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
  target: findVisibleCohort,
  async run({ table }, _input, cohort) {
    const ledger = await readLedger(table, cohort.id, { consistent: true });
    const places = ledger === undefined ? [] : placesOf(ledger);
    const holders = await findOrganisations(
      table,
      places.map(({ organisation }) => organisation),
    );
    const rows = places.map(({ ticket, state, organisation, position, confirmUntil }) => {
      const organisationName = holders.get(organisation)?.name;
      return { ticket, state, organisation, organisationName, position, confirmUntil };
    });
    return { name: `places-${cohort.id}.csv`, content: writeSheet(columns, rows) };
  },
});
