import * as z from 'zod';
import type { Table } from '../table/table.ts';
import { readClosings } from './accruals-items.ts';
import { period } from './period.ts';
import type { Periods } from './posting.ts';

/** How many closings are kept, and shown. */
export const mostClosings = 60;

const accrued = z.object({
  isDone: z.boolean().describe('Whether all was recorded; if not, close the same month again: it goes on from there'),
  accruals: z.int().describe('How many there are'),
  net: z.int().describe('What they come to, in pence (GBP)'),
  incomplete: z.boolean().describe('Whether there were more cohorts than are looked at'),
});

export const periodsAnswerSchema = z.object({
  through: period.optional().describe('The last month that is closed, and with it all before; absent while none is'),
  closings: z
    .array(
      z.object({
        period,
        by: z.string().describe('The id of the member, or of the API key'),
        at: z.iso.datetime(),
        accrued: accrued
          .optional()
          .describe(
            'What was accrued for sessions held and not posted, for the journal; absent where that has not begun',
          ),
      }),
    )
    .describe('By whom and when months were closed, the last sixty times, the latest first'),
});

/** Up to which period an organisation has closed what it is owed, as its own finance sees it, with what was accrued then. */
export async function answerPeriods(
  table: Table,
  organisation: string,
  periods: Pick<Periods, 'through' | 'closings'> | undefined,
) {
  if (periods === undefined) return { closings: [] };
  const recorded = await readClosings(table, organisation, mostClosings);
  const byPeriod = new Map(
    recorded.map(({ period: month, isDone, accruals, net, incomplete }) => {
      return [month, { isDone, accruals, net, incomplete }];
    }),
  );
  const closings = periods.closings.map((closing) => ({ ...closing, accrued: byPeriod.get(closing.period) }));
  return { through: periods.through, closings: closings.toReversed() };
}
