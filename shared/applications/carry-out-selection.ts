import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import type { RefusalCode } from '../errors.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { isUnplaced, type Application } from './application.ts';
import { finishSelection, readApplications } from './applications-items.ts';
import { placeApplicant } from './place-applicant.ts';
import type { Selection } from './selection.ts';
import { takeStep, type Step } from './take-step.ts';

/** How many applications are dealt with at once. */
const atOnce = 10;

/** A selected application whose person has no place yet, and why. */
export interface Unplaced {
  readonly application: string;
  readonly code: RefusalCode;
}

/**
 * Carries out what the host decided, application by application: each by a write of its own that can be done only once, so
 * that after it stopped anywhere it is done again and goes on from there. Who withdrew meanwhile is passed over. First
 * those who were taken before and have no place yet, then those who are taken now, so that they have their places before
 * anybody else could. Answers for whom no place could be made.
 */
export async function carryOutSelection(context: Context, cohort: Cohort, selection: Selection): Promise<Unplaced[]> {
  const applications = await readApplications(context.table, cohort.id);
  const take = async (id: string, step: Step): Promise<Application | undefined> => {
    const application = applications.get(id);
    return application && (await takeStep(context, application, { ...step, from: 'endorsed' }));
  };
  const place = async (selected: Application | undefined): Promise<Unplaced[]> => {
    if (selected === undefined) return [];
    const code = await placeApplicant(context, cohort, selected);
    return code === undefined ? [] : [{ application: selected.id, code }];
  };
  const earlier = [...applications.values()].filter(isUnplaced);
  const stillUnplaced = await manyAtOnce(earlier, atOnce, place);
  const taken = selection.selected.filter((id) => applications.get(id)?.status === 'endorsed');
  const unplaced = await manyAtOnce(taken, atOnce, async (id) => await place(await take(id, { status: 'selected' })));
  await manyAtOnce([...selection.alternates.entries()], atOnce, async ([index, id]) => {
    await take(id, { status: 'alternate', details: { rank: selection.firstRank + index } });
  });
  await manyAtOnce(selection.notSelected, atOnce, async ({ application, reason, words }) => {
    const details = { reason, ...(words === undefined ? {} : { words }) };
    await take(application, { status: 'not-selected', details });
  });
  await finishSelection(context.table, cohort.id, selection);
  return [...stillUnplaced, ...unplaced].flat();
}
