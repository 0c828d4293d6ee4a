import * as z from 'zod';
import { requestDigest } from '../change.ts';
import { cohortId, type Cohort } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { countsOf } from '../places/ledger.ts';
import { applicationId, isUnplaced, type Application } from './application.ts';
import { readApplication, readApplications, readSelection } from './applications-items.ts';
import { carryOutSelection } from './carry-out-selection.ts';
import { findHindrances, roomOf } from './check-selected.ts';
import { placeApplicant } from './place-applicant.ts';
import { checkTime } from './select-applicants.ts';
import { takeStep } from './take-step.ts';

/** How often it is tried again that another request of the same moment took the same alternate. */
const attempts = 5;

/**
 * Takes the next alternate in order when a place has come free: a place is claimed for their organisation and they are named
 * on it. What was decided before and is not carried out yet comes first, and so does who was selected and has no place yet.
 * An alternate who cannot be named as things are, or whose organisation may hold no more, is passed over and keeps their
 * rank; so is who was selected and cannot be named yet, and stays selected. One whose record was removed is not selected, with the reason. While no place is free nothing changes. Repeated with
 * its Idempotency-Key it is the same one.
 *
 * Refusals: `application.none`, `application.not-closed`, `application.no-alternate`, `place.not-enough` while no place is
 * free, `person.not-eligible` with the reasons of each when no alternate can be named as things are, `place.over-limit` when
 * all others are of organisations that have as many as they may, `cohort.not-open`, `cohort.over`,
 * `request.busy`; `place.busy`, `place.named` and `place.not-found` when something else came first. Causes application.selected, place.claimed, place.confirmed and place.named.
 */
export const takeAlternate = defineOperation({
  name: 'take-alternate',
  summary: 'Take, as the host, the next alternate of a cohort in which a place has come free',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId }),
  output: z.object({ cohort: z.string(), application: applicationId, organisation: z.string(), ticket: z.int() }),
  example: { cohort: 'coh_0123456789ab' },
  refusals: [
    'application.none',
    'application.not-closed',
    'application.no-alternate',
    'person.not-eligible',
    'place.not-enough',
    'place.over-limit',
    'place.busy',
    'place.named',
    'place.not-found',
    'cohort.not-open',
    'cohort.over',
    'request.busy',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, cohort) {
    if (cohort.applications === undefined) throw refusal('application.none');
    const taken = requestDigest(context, 'take-alternate', { cohort: cohort.id });
    const selection = await readSelection(context.table, cohort.id);
    if (selection?.done === false) await carryOutSelection(context, cohort, selection);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const application = await taking(context, cohort, taken);
      const code = application && (await placeApplicant(context, cohort, application));
      const placed = application && (await readApplication(context.table, cohort.id, application.id));
      if (code !== undefined && placed?.status === 'selected') throw refusal(code);
      if (placed?.ticket !== undefined) {
        const { id, organisation, ticket } = placed;
        return { cohort: cohort.id, application: id, organisation, ticket };
      }
    }
    throw refusal('request.busy');
  },
});

/** The alternate whom this request takes, or took; undefined when another one of the same moment took them. */
async function taking(context: Context, cohort: Cohort, taken: string): Promise<Application | undefined> {
  const applications = [...(await readApplications(context.table, cohort.id)).values()];
  // Also one who had the place, and withdrew when it was gone: the request was carried out.
  const own = applications.find(
    (one) => one.taken === taken && (one.status === 'selected' || one.ticket !== undefined),
  );
  if (own !== undefined) return own;
  await checkTime(context, cohort);
  for (const application of applications.filter(isUnplaced)) await placeApplicant(context, cohort, application);
  const next = await nextAlternate(context, cohort, applications);
  const step = { status: 'selected', from: 'alternate', details: { taken } } as const;
  const selected = await takeStep(context, next, step);
  return selected?.taken === taken ? selected : undefined;
}

/** The first alternate who can be taken. Those whose record was removed are told that they are not selected. */
async function nextAlternate(
  context: Context,
  cohort: Cohort,
  applications: readonly Application[],
): Promise<Application> {
  const ledger = await checkTime(context, cohort);
  const alternates = applications
    .filter(({ status }) => status === 'alternate')
    .sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0));
  const [first] = alternates;
  if (first === undefined) throw refusal('application.no-alternate');
  // Nobody is struck off by a request that can take nobody.
  const { free } = countsOf(ledger);
  if (free < 1) throw refusal('place.not-enough', undefined, { facts: { free, selected: 1 } });
  const hindrances = await findHindrances(context, cohort, alternates, ledger);
  const hindered: { readonly application: string; readonly reasons: readonly string[] }[] = [];
  let isOverLimit = false;
  for (const alternate of alternates) {
    const reasons = hindrances.get(alternate.id) ?? [];
    if (reasons.includes('removed')) {
      const details = { reason: 'no-longer-eligible', rank: undefined } as const;
      await takeStep(context, alternate, { status: 'not-selected', from: 'alternate', details });
    } else if (reasons.length > 0) {
      // Their record may be put right, or their name taken off the other place.
      hindered.push({ application: alternate.id, reasons });
    } else if (roomOf(cohort, ledger, alternate.organisation) < 1) {
      isOverLimit = true;
    } else {
      return alternate;
    }
  }
  if (isOverLimit) throw refusal('place.over-limit', undefined, { facts: { limit: cohort.limit } });
  if (hindered.length === 0) throw refusal('application.no-alternate');
  throw refusal('person.not-eligible', undefined, { facts: { applications: hindered.slice(0, 20) } });
}
