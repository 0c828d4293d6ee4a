import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { pageInput, pageOf, readPage } from '../paging.ts';
import { findLedgers } from '../places/cohort-ledger.ts';
import { cohortOf, countsOf } from '../places/ledger.ts';
import { findVisibleProgramme } from '../programmes/find-programmes.ts';
import { programmeId } from '../programmes/programme.ts';
import { cohortStates } from './cohort-states.ts';
import { cohortDetails, cohortId } from './cohort.ts';
import { programmeCohortsAfter, programmeCohortsSource } from './cohorts-views.ts';

/**
 * A host's cohorts of one programme, drafts too, with how each stands; those that are archived only when they are asked
 * for, and then they alone. It may lag some seconds behind a change, and a page may be short.
 */
export const listProgrammeCohorts = defineOperation({
  name: 'list-programme-cohorts',
  summary: 'The cohorts of one of your programmes',
  kind: 'read',
  input: z.strictObject({
    programme: programmeId,
    archived: z.enum(['true', 'false']).default('false').describe('With `true`, those that are archived instead'),
    ...pageInput,
  }),
  output: pageOf(
    z.object({
      id: cohortId,
      name: cohortDetails.name,
      firstDay: z.iso.date(),
      lastDay: z.iso.date(),
      opensAt: cohortDetails.opensAt,
      status: z.enum(cohortStates),
      capacity: z.int(),
      waitlist: z.int(),
      free: z.int(),
      confirmed: z.int(),
      waiting: z.int(),
    }),
  ),
  example: { programme: 'prg_0123456789ab' },
  refusals: [],
  notFound: 'programme.not-found',
  target: findVisibleProgramme,
  async run(context, { archived, limit, after }, programme) {
    const { items: lines, ...rest } = await readPage({
      sources: [programmeCohortsSource(context.table, programme.id)],
      sortKey: ({ sk }) => sk,
      answer: ({ sk, archived: isArchived = false, ...line }) =>
        String(isArchived) === archived ? { id: sk.slice('COHORT#'.length), ...line } : undefined,
      after: programmeCohortsAfter(after),
      limit,
    });
    const opened = lines.filter((line) => line.opened).map(({ id }) => id);
    const found = await findLedgers(context.table, opened);
    const ledgers = new Map(found.map((ledger) => [cohortOf(ledger), ledger]));
    const items = lines.map(({ opened: _opened, ...line }) => {
      const ledger = ledgers.get(line.id);
      if (ledger === undefined)
        return { ...line, status: 'draft' as const, free: line.capacity, confirmed: 0, waiting: 0 };
      return { ...line, status: ledger.status, capacity: ledger.capacity, ...countsOf(ledger) };
    });
    return { items, ...rest };
  },
});
