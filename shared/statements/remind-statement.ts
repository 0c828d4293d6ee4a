import { changeByItself } from '../change.ts';
import type { Clock } from '../clock.ts';
import type { Table } from '../table/table.ts';
import { findTold } from '../successions/find-account-holder.ts';
import { reminderDueAt } from './reminder.ts';
import { readStatement, replaceStatement } from './statements-items.ts';

/**
 * Reminds of a statement that is due soon, once, unless nothing of it is to be paid any more. False when another change came
 * first, so that it is to be done again. Causes statement.due-soon.
 */
export async function remindOfStatement(table: Table, clock: Clock, id: string): Promise<boolean> {
  const statement = await readStatement(table, id);
  if (statement === undefined || reminderDueAt(statement) === undefined) return true;
  return await replaceStatement(table, {
    ...statement,
    reminded: true,
    told: await findTold(table, statement),
    version: statement.version + 1,
    change: changeByItself('reminded', clock.now()),
  });
}
