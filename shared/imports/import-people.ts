import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { comparePeople, recordPeople, type ListedPerson, type Recorded } from '../people/record-people.ts';
import { fileSchema, importAnswerSchema, importOptions } from './import.ts';
import { readPeopleSheet } from './people-sheet.ts';
import { runImport, type ImportKind } from './run-import.ts';

const mostLines = 5000;

/**
 * Puts the people of a sheet on record, by the organisation's reference for each: who is not there is added, who differs
 * is changed, and for who is there already nothing is written. Nobody is removed, and nobody who was removed comes back: a
 * line with their reference is wrong. One line a person, at most 5,000; it goes on where it was cut off when the request
 * is repeated (runImport).
 *
 * Refusals: `sheet.unreadable`, `request.too-large`, `request.key-reused`; `request.busy` when others change the same
 * people. No event: people are no one's business but their organisation's.
 */
export const importPeople = defineOperation({
  name: 'import-people',
  summary: 'Put the people of a sheet on record',
  kind: 'act',
  input: z.strictObject({
    file: fileSchema.describe('The sheet (CSV): a line for each person below the names of the columns'),
    ...importOptions,
  }),
  output: importAnswerSchema,
  example: {
    mode: 'all-or-nothing',
    check: 'false',
    file: 'reference,name,email,staffGroup,band,role,managesPeople,leadsCommissioning\r\n20417733,Example Person,example.person@example.org,nurses-and-midwives,8a,Matron,yes,no\r\n',
  },
  refusals: ['sheet.unreadable', 'request.key-reused'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, input) {
    const kind: ImportKind<ListedPerson> = {
      kind: 'people',
      operation: 'import-people',
      compare: async (people, list) => (await comparePeople(context, people, list)).map(inColumns),
      record: async (people, list) => (await recordPeople(context, people, list)).map(inColumns),
    };
    return await runImport(context, input, kind, readPeopleSheet(input.file, mostLines));
  },
});

function inColumns(recorded: Recorded) {
  return typeof recorded === 'string' ? recorded : recorded.map(({ field, message }) => ({ column: field, message }));
}
