import { isDeepStrictEqual } from 'node:util';
import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal, type FieldError } from '../errors.ts';
import { idOfRequest } from '../ids.ts';
import { isOvertaken, type TakenList } from '../imports/taken-list.ts';
import { findVisibleProgramme } from '../programmes/find-programmes.ts';
import type { Programme } from '../programmes/programme.ts';
import { manyAtOnce, patiently } from '../table/many-at-once.ts';
import { absent } from '../table/table.ts';
import { checkedDays, planErrors } from './cohort-plan.ts';
import { cohortPlan, type Cohort, type CohortDetails } from './cohort.ts';
import { draftReplaced, readCohortAnew } from './cohorts-items.ts';
import { findCohortsByName } from './find-cohorts-by-name.ts';
import { draftOf } from './plan-cohort.ts';
import { identifiedSessions } from './session.ts';

/** A cohort as a list of cohorts has it. What the list does not speak of stays as it is, or is what is usual. */
export interface ListedCohort {
  readonly programme: string;
  readonly plan: Omit<CohortDetails, 'held' | 'allocation' | 'applications' | 'naming'>;
}

/** What a list made of a cohort, or why it made nothing of it: the fields that are in the way. */
export type RecordedCohort = 'added' | 'changed' | 'unchanged' | readonly FieldError[];

/** How many cohorts are written at once. */
const atOnce = 10;
/** How often a draft is written anew that somebody else has changed meanwhile. */
const attempts = 4;

/** What is to be done about a listed cohort. */
type Judged =
  | { readonly recorded: 'added'; readonly id: string; readonly plan: CohortDetails; readonly programme: Programme }
  | { readonly recorded: 'changed'; readonly before: Cohort; readonly plan: CohortDetails }
  | { readonly recorded: 'unchanged'; readonly before: Cohort }
  | { readonly recorded: readonly FieldError[] };

/**
 * Plans the cohorts of a list, as drafts of the organisation acted for: one is known by its programme and its name. Which
 * is not there is added, a draft that differs is changed, and where nothing differs nothing is written. What cannot be done
 * is answered with the reason: a programme that is not the organisation's or not published, a plan that does not fit
 * together, a cohort that is open already. `list` is named in each draft that it writes: planned once more, it is answered
 * as the first time. What others have changed since it was begun it leaves alone, as unchanged. Causes cohort.created and cohort.updated.
 *
 * Refusals: `request.busy` when a draft was changed by others again and again. What was written before stays.
 */
export async function recordCohorts(
  context: Context,
  cohorts: readonly ListedCohort[],
  list: TakenList,
): Promise<RecordedCohort[]> {
  const judge = await openJudge(context, cohorts, list);
  return await manyAtOnce(cohorts, atOnce, async (listed) => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const judged = await judge(listed);
      if (await patiently(async () => await write(context, judged, list.id))) return recordedBy(judged, list.id);
    }
    throw refusal('request.busy');
  });
}

/** What `recordCohorts` would answer; nothing is written. */
export async function compareCohorts(
  context: Context,
  cohorts: readonly ListedCohort[],
  list: TakenList,
): Promise<RecordedCohort[]> {
  const judge = await openJudge(context, cohorts, list);
  return await manyAtOnce(cohorts, atOnce, async (listed) => (await judge(listed)).recorded);
}

/** Reads the programmes of a list once, and which cohorts they have by which names. */
async function openJudge(context: Context, cohorts: readonly ListedCohort[], list: TakenList) {
  const ids = [...new Set(cohorts.map(({ programme }) => programme))];
  const programmes = new Map(
    await manyAtOnce(ids, atOnce, async (id) => {
      const found = await patiently(async () => await findVisibleProgramme(context, { programme: id }));
      if (found?.relation !== 'own') return [id, undefined] as const;
      const named = await patiently(async () => await findCohortsByName(context.table, id));
      return [id, { programme: found.subject, named }] as const;
    }),
  );

  return async ({ programme: id, plan }: ListedCohort): Promise<Judged> => {
    const known = programmes.get(id);
    if (known === undefined) return wrong('programme', 'Your organisation has no programme with this id');
    const { programme, named } = known;
    if (programme.status !== 'published') return wrong('programme', 'This programme is not published');
    const own = idOfRequest('coh', 'import-cohorts', id, plan.name);
    const [there = own, another] = named.get(plan.name) ?? [];
    if (another !== undefined) return wrong('name', 'The programme has several cohorts of this name');
    const before = await patiently(async () => await readCohortAnew(context.table, there));
    if (before === undefined) return planned(own, programme, plan);
    // A draft that is as it was planned is known by the request that planned it.
    const request = before.version === 1 ? before.request : before.change.request;
    const overtaken = isOvertaken(list, { at: before.change.at, request });
    return overtaken ? { recorded: 'unchanged', before } : compared(before, plan);
  };
}

function wrong(field: string, message: string): Judged {
  return { recorded: [{ field, message }] };
}

function planned(id: string, programme: Programme, listed: ListedCohort['plan']): Judged {
  const plan = { ...listed, held: [], naming: cohortPlan.naming.parse(undefined) };
  const errors = planErrors(plan);
  return errors.length > 0 ? { recorded: errors } : { recorded: 'added', id, plan, programme };
}

function compared(before: Cohort, listed: ListedCohort['plan']): Judged {
  if (before.name !== listed.name) return wrong('name', 'The cohort that was planned under this name has another now');
  const { name, sessions, capacity, waitlist, limit, opensAt } = before;
  const is = { name, capacity, waitlist, limit, opensAt, sessions: sessions.map(({ id: _id, ...session }) => session) };
  if (isDeepStrictEqual(is, listed)) return { recorded: 'unchanged', before };
  if (before.opened) return wrong('name', 'This cohort is no draft any more: its plan is not changed by a sheet');
  const { held, allocation, applications, naming } = before;
  const plan = { ...listed, held, allocation, applications, naming };
  const errors = planErrors(plan);
  return errors.length > 0 ? { recorded: errors } : { recorded: 'changed', before, plan };
}

/** Writes what is to be done about a cohort; false when somebody else was quicker. */
async function write(context: Context, judged: Judged, list: string): Promise<boolean> {
  if (!('plan' in judged)) return true;
  const { recorded, plan } = judged;
  const request = `${list}.${recorded}`;
  if (recorded === 'added') {
    return await context.table.put(draftOf(context, judged.programme, plan, { id: judged.id, request }), absent);
  }
  const { before } = judged;
  const version = before.version + 1;
  const sessions = identifiedSessions(plan.sessions, version, before.sessions);
  const change = { ...changeNow(context, 'updated'), request };
  const { put, onlyIf } = draftReplaced({ ...before, ...plan, ...checkedDays(plan), sessions, version, change });
  return await context.table.put(put, onlyIf);
}

/** A cohort that is as the list has it may have been made so by the list itself, in a request that was cut off. */
function recordedBy(judged: Judged, list: string): RecordedCohort {
  if (judged.recorded !== 'unchanged') return judged.recorded;
  const { request, change } = judged.before;
  if (change.request === `${list}.changed`) return 'changed';
  return request === `${list}.added` && judged.before.version === 1 ? 'added' : 'unchanged';
}
