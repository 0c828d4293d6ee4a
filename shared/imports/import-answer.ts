import { cursorOf } from '../paging.ts';
import type { Table } from '../table/table.ts';
import type { Import, ImportAnswer, WrongLine } from './import.ts';
import { readReports } from './imports-items.ts';

/** About how many wrong lines are told on one page; a step's are told together. */
const pageLines = 250;
/** A page is made of at most so many steps. */
const pageSteps = 20;

/** An import as its organisation sees it, with the wrong lines behind a sort key: one page of them. */
export async function importAnswer(table: Table, of: Import, after?: string): Promise<ImportAnswer> {
  const { id, kind, mode, check, status, total, done, added, changed, unchanged, wrong, startedAt } = of;
  const page = wrong === 0 ? { wrongLines: [] } : await readPage(table, id, after);
  return { id, kind, mode, check, status, total, done, added, changed, unchanged, wrong, startedAt, ...page };
}

async function readPage(table: Table, id: string, after: string | undefined) {
  const reports = await readReports(table, id, after, pageSteps);
  const wrongLines: WrongLine[] = [];
  let taken = 0;
  for (const report of reports) {
    if (taken > 0 && wrongLines.length + report.wrong.length > pageLines) break;
    wrongLines.push(...report.wrong);
    taken += 1;
  }
  const last = reports[taken - 1];
  const more = taken < reports.length || reports.length === pageSteps;
  return last !== undefined && more ? { wrongLines, next: cursorOf(last.sk) } : { wrongLines };
}
