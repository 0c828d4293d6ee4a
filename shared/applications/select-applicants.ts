import * as z from 'zod';
import { requestDigest } from '../change.ts';
import { endOfDay } from '../clock.ts';
import { isOver } from '../cohorts/cohort-plan.ts';
import { cohortId, type Cohort } from '../cohorts/cohort.ts';
import { findCurrentPlan } from '../cohorts/find-current-plan.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import type { Ledger } from '../places/ledger.ts';
import { applicationId, isUnplaced, type Application } from './application.ts';
import { putSelection, readApplications, readSelection } from './applications-items.ts';
import { carryOutSelection, type Unplaced } from './carry-out-selection.ts';
import { checkRoom, findHindrances } from './check-selected.ts';
import { selectionErrors, selectionLists, type Selection, type SelectionLists } from './selection.ts';

/** How often it is tried again that another decision of the same moment has overtaken. */
const attempts = 3;
/** While a cohort stands so, its places can be given to applicants. */
const decidable: ReadonlySet<Ledger['status']> = new Set(['open', 'closed']);

const output = z.object({
  cohort: z.string(),
  selected: z.array(z.object({ application: applicationId, ticket: z.int() })).describe('Who has a place, and which'),
  unplaced: z
    .array(z.object({ application: applicationId, code: z.string() }))
    .describe(
      'Who is taken, now or before, and has no place yet, and why not; send the same again once that is mended',
    ),
  alternates: z.array(z.object({ application: applicationId, rank: z.int() })).describe('Who is taken next, in order'),
  notSelected: z.array(applicationId),
  withdrawn: z.array(applicationId).describe('Who withdrew before it could be carried out'),
});

/**
 * Decides, as the host, about every application that is endorsed, once the closing date has passed, while the cohort is open
 * or closed: who gets a place, who
 * is taken when one comes free and in which order, and who is not chosen and why.
 *
 * 1. Every endorsed application stands in exactly one of the three lists (`request.invalid`). Those selected can be named at
 *    this moment (`person.not-eligible` with the reasons of each; who is not of the audience only with the host's exception,
 *    which make-applicant-exception records) and there are places for all of them (`place.not-enough`, `place.over-limit`).
 * 2. The decision is written down as one item, behind the one before it.
 * 3. It is carried out application by application: a place is claimed for the organisation of each selected person, and
 *    the person is named on it. When that stops anywhere, the same request with the same Idempotency-Key goes on from
 *    there; also whoever selects next, or takes an alternate, carries it out first.
 *
 * What is endorsed later is decided in another selection, whose alternates stand behind those there are. A place that goes
 * missing at the same moment leaves a selected person without one (`unplaced`), until there is one; so does what keeps them
 * from being named and can be mended. They stay selected, and every selection tries again.
 *
 * Refusals, beside those: `application.none`, `application.not-closed`, `cohort.not-open`, `cohort.over`, `request.busy`.
 * Causes application.selected, application.made-alternate and application.not-selected, and for places place.claimed,
 * place.confirmed and place.named.
 */
export const selectApplicants = defineOperation({
  name: 'select-applicants',
  summary: 'Decide, as the host, about every endorsed application to a cohort',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, ...selectionLists }),
  output,
  example: {
    cohort: 'coh_0123456789ab',
    selected: ['app_0123456789ab'],
    alternates: ['app_123456789abc'],
    notSelected: [{ application: 'app_23456789abcd', reason: 'needs-experience' }],
  },
  refusals: [
    'application.none',
    'application.not-closed',
    'person.not-eligible',
    'place.not-enough',
    'place.over-limit',
    'cohort.not-open',
    'cohort.over',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { cohort: _cohort, ...lists }, cohort) {
    if (cohort.applications === undefined) throw refusal('application.none');
    const request = requestDigest(context, 'select-applicants', { cohort: cohort.id, ...lists });
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const latest = await readSelection(context.table, cohort.id);
      if (latest?.request === request) return await carriedOut(context, cohort, latest);
      if (latest?.done === false) await carryOutSelection(context, cohort, latest);
      const firstRank = await checkSelection(context, cohort, lists);
      const round = (latest?.round ?? 0) + 1;
      const decided: Selection = { ...lists, round, firstRank, request, done: false };
      if (await putSelection(context.table, cohort.id, decided)) return await carriedOut(context, cohort, decided);
    }
    throw refusal('request.busy');
  },
});

/** Refuses a decision that cannot be carried out now; answers where its first alternate stands. */
async function checkSelection(context: Context, cohort: Cohort, lists: SelectionLists): Promise<number> {
  const ledger = await checkTime(context, cohort);
  const applications = [...(await readApplications(context.table, cohort.id)).values()];
  const endorsed = applications.filter(({ status }) => status === 'endorsed');
  const fields = selectionErrors(lists, new Set(endorsed.map(({ id }) => id)));
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields });
  const isSelected = new Set(lists.selected);
  const selected = endorsed.filter(({ id }) => isSelected.has(id));
  const unplaced = applications.filter(isUnplaced);
  const hindrances = await findHindrances(context, cohort, [...unplaced, ...selected], ledger);
  const told = selected.flatMap(({ id }) => {
    const reasons = hindrances.get(id);
    return reasons === undefined ? [] : [{ application: id, reasons }];
  });
  if (told.length > 0) {
    throw refusal('person.not-eligible', undefined, { facts: { applications: told.slice(0, 20) } });
  }
  // No place is kept empty for who was taken and cannot be named yet.
  checkRoom(cohort, ledger, [...unplaced.filter(({ id }) => !hindrances.has(id)), ...selected]);
  return Math.max(0, ...applications.map(({ rank = 0 }) => rank)) + 1;
}

/** The ledger of a cohort whose places can be given to applicants now; refuses when they cannot. */
export async function checkTime({ table, clock }: Context, found: Cohort): Promise<Ledger> {
  const ledger = await findLedger(table, found.id);
  const { applications, lastDay } = await findCurrentPlan(table, found, ledger);
  const now = clock.now();
  if (applications === undefined) throw refusal('application.none');
  if (isOver({ lastDay }, now)) throw refusal('cohort.over');
  // Closing ends what others may do; who is endorsed is decided about all the same.
  if (ledger === undefined || !decidable.has(ledger.status)) throw refusal('cohort.not-open');
  if (now < endOfDay(applications.closesOn)) throw refusal('application.not-closed');
  return ledger;
}

async function carriedOut(context: Context, cohort: Cohort, selection: Selection): Promise<z.infer<typeof output>> {
  const failed = await carryOutSelection(context, cohort, selection);
  const { selected, alternates, notSelected } = selection;
  const applications = await readApplications(context.table, cohort.id);
  const named = [...selected, ...alternates, ...notSelected.map(({ application }) => application)];
  const now = named.flatMap((id) => applications.get(id) ?? []);
  const of = (status: Application['status']) => now.filter((application) => application.status === status);
  return {
    cohort: cohort.id,
    selected: of('selected').flatMap(({ id, ticket }) => (ticket === undefined ? [] : [{ application: id, ticket }])),
    unplaced: stillUnplaced([...applications.values()], failed),
    alternates: of('alternate')
      .map(({ id, rank = 0 }) => ({ application: id, rank }))
      .sort((one, other) => one.rank - other.rank),
    notSelected: of('not-selected').map(({ id }) => id),
    withdrawn: of('withdrawn').map(({ id }) => id),
  };
}

/** Another request of the same moment may have made the place that this one could not. */
function stillUnplaced(selected: readonly Application[], failed: readonly Unplaced[]): Unplaced[] {
  const codes = new Map(failed.map(({ application, code }) => [application, code]));
  return selected.filter(isUnplaced).map(({ id }) => ({ application: id, code: codes.get(id) ?? 'request.busy' }));
}
