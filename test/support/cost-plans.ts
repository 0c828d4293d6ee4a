import type { Clock } from '../../shared/clock.ts';
import type { Cohort } from '../../shared/cohorts/cohort.ts';
import { costsOn } from './costs.ts';
import { givenFirstOrganisation, givenOrganisation } from './given-organisations.ts';
import { openPlaces } from './places.ts';

/** A table on which a host, a trust and a council have joined, and what their finance staff do with cost plans. */
export async function openCostPlans(clock: Clock) {
  const at = await openPlaces(clock);
  const costs = costsOn(at.table, clock);
  const first = await givenFirstOrganisation(at.table, clock);
  const host = first.membership?.organisation ?? '';
  const joined = async (name: string) =>
    (await givenOrganisation(at.table, clock, first, name)).membership?.organisation ?? '';
  return {
    ...at,
    costs,
    host,
    joined,
    trust: await joined('Trust'),
    council: await joined('Council'),
    /** An open cohort of two places with a cost plan that has the host bear all. */
    given: async (facts: Partial<Cohort> = {}) => {
      const cohort = await at.given({ host, capacity: 2, ...facts });
      await costs.set(cohort, 0);
      return cohort;
    },
    /** One of the host's that has no cost plan yet. */
    unplanned: async (facts: Partial<Cohort> = {}) => await at.given({ host, capacity: 2, ...facts }),
    /** What was told of its costs since the last time, and to whom. */
    toldOf: async (cohort: Cohort) =>
      (await at.told(cohort))
        .filter(({ type }) => type.startsWith('cost.'))
        .map(({ type, audience }) => [type, audience] as const),
  };
}
export type CostPlansTable = Awaited<ReturnType<typeof openCostPlans>>;
