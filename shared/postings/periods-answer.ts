import * as z from 'zod';
import { period } from './period.ts';
import type { Periods } from './posting.ts';

export const periodsAnswerSchema = z.object({
  through: period.optional().describe('The last month that is closed, and with it all before; absent while none is'),
  closings: z
    .array(
      z.object({
        period,
        by: z.string().describe('The id of the member, or of the API key'),
        at: z.iso.datetime(),
      }),
    )
    .describe('By whom and when months were closed, the last sixty times, the latest first'),
});

/** Up to which period an organisation has closed what it is owed, as its own finance sees it. */
export function periodsAnswer(periods: Pick<Periods, 'through' | 'closings'> | undefined) {
  if (periods === undefined) return { closings: [] };
  return { through: periods.through, closings: periods.closings.toReversed() };
}
