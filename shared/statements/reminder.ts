import { beginningOf, dayAfter } from '../clock.ts';
import type { Statement } from './statement.ts';

/** How many days before its date it is reminded of a statement; of one that is due within a fortnight, halfway. */
const mostDaysBefore = 7;

/** When it is reminded of a statement: at the beginning of a day. Undefined when nothing of it is to be paid, or no more. */
export function reminderDueAt(statement: Pick<Statement, 'issuedOn' | 'dueOn' | 'gross' | 'status' | 'reminded'>) {
  const { issuedOn, dueOn, gross, status, reminded } = statement;
  if (gross === 0 || status === 'settled' || reminded === true) return undefined;
  const days = Math.round((Date.parse(dueOn) - Date.parse(issuedOn)) / 86_400_000);
  return beginningOf(dayAfter(dueOn, -Math.min(mostDaysBefore, Math.floor(days / 2))));
}
