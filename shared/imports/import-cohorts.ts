import * as z from 'zod';
import { compareCohorts, recordCohorts, type ListedCohort, type RecordedCohort } from '../cohorts/record-cohorts.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { planMistakes, readCohortsSheet } from './cohorts-sheet.ts';
import { fileSchema, importAnswerSchema, importOptions } from './import.ts';
import { runImport, type ImportKind } from './run-import.ts';

const mostLines = 500;

/**
 * Plans the cohorts of a sheet as drafts, by programme and name: which is not there is added, a draft that differs is
 * changed, and where nothing differs nothing is written. The rules are those of create-cohort; what a sheet has no column
 * for (held places, an allocation, applications, naming) stays as it is. One line a cohort, at most 500; it goes on where it was cut off
 * when the request is repeated (runImport).
 *
 * Refusals: `sheet.unreadable`, `request.too-large`, `request.key-reused`; `request.busy` when others change the same
 * drafts. Causes cohort.created and cohort.updated.
 */
export const importCohorts = defineOperation({
  name: 'import-cohorts',
  summary: 'Plan the cohorts of a sheet',
  kind: 'act',
  input: z.strictObject({
    file: fileSchema.describe('The sheet (CSV): a line for each cohort below the names of the columns'),
    ...importOptions,
  }),
  output: importAnswerSchema,
  example: {
    mode: 'all-or-nothing',
    check: 'false',
    file: 'programme,name,sessions,capacity,waitlist,limit,opensAt\r\nprg_0123456789ab,Autumn 2027,2027-09-14 09:30-16:30 King George Hospital; 2027-09-21 09:30-16:30,20,10,8,2027-03-01 09:00\r\n',
  },
  refusals: ['sheet.unreadable', 'request.key-reused'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, input) {
    const kind: ImportKind<ListedCohort> = {
      kind: 'cohorts',
      operation: 'import-cohorts',
      compare: async (cohorts, list) => (await compareCohorts(context, cohorts, list)).map(inColumns),
      record: async (cohorts, list) => (await recordCohorts(context, cohorts, list)).map(inColumns),
    };
    return await runImport(context, input, kind, readCohortsSheet(input.file, mostLines));
  },
});

function inColumns(recorded: RecordedCohort) {
  return typeof recorded === 'string' ? recorded : planMistakes(recorded);
}
