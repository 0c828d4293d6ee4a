import { readUpTo } from '../paging.ts';
import { findHostedProgrammes } from '../programmes/find-programmes.ts';
import type { ListedProgramme } from '../programmes/programmes-views.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { programmeCohortsSource } from './cohorts-views.ts';

/** The most cohorts of one programme that are looked through, and that are answered. */
const mostCohorts = 500;
/** So many programmes are looked through at the same time. */
const programmesAtOnce = 8;

/** A cohort as its host's lists know it. */
export interface HostedCohort extends Pick<ListedProgramme, 'title' | 'skills'> {
  readonly id: string;
  readonly programme: string;
}

/**
 * A host's cohorts that are or were open and whose first day lies from one day up to another (both counted), whatever became
 * of them: at most 500, of at most 500 programmes. `incomplete` says that there are more. It may lag some seconds behind a change.
 */
export async function findHostedCohorts(
  table: Table,
  host: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<{ readonly cohorts: readonly HostedCohort[]; readonly incomplete: boolean }> {
  const programmes = await findHostedProgrammes(table, host);
  const read = await manyAtOnce(programmes.rows, programmesAtOnce, async ({ id: programme, title, skills }) => {
    const { rows, isAll } = await readUpTo(programmeCohortsSource(table, programme), ({ sk }) => sk, mostCohorts);
    const cohorts = rows
      .filter(({ opened, firstDay }) => opened && from <= firstDay && firstDay <= to)
      .map(({ sk }) => ({ id: sk.slice('COHORT#'.length), programme, title, skills }));
    return { cohorts, isAll };
  });
  const cohorts = read.flatMap((one) => one.cohorts);
  const isAll = programmes.isAll && read.every((one) => one.isAll) && cohorts.length <= mostCohorts;
  return { cohorts: cohorts.slice(0, mostCohorts), incomplete: !isAll };
}
