import { claimPlace } from '../../shared/places/claim-place.ts';
import { findLedger } from '../../shared/places/cohort-ledger.ts';
import { giveBackPlace } from '../../shared/places/give-back-place.ts';
import { openTable } from '../../shared/table/table.ts';
import { meterCapacity } from '../support/capacity-meter.ts';
import { contextOf, movableClock, personOf, seededNumbers } from '../support/context.ts';
import { injectFaults } from '../support/faults.ts';
import { givenOpenCohort, givenProgramme } from '../support/given.ts';
import { createTestTable, databaseClient } from '../support/table.ts';

/** What decisions cost on their ledgers when some of the answers never arrive, and the SDK sends the same again. */
export interface LostAcknowledgements {
  readonly decisions: number;
  /** Writes that were sent again and refused, since the first had been applied. */
  readonly repeated: number;
  /** Write units on the ledger for each decision, by its kind. */
  readonly units: Readonly<Record<DecisionKind, number>>;
  readonly average: number;
}

type DecisionKind = 'claim' | 'wait' | 'give back, the next is confirmed';

const host = 'org_aaaaaa0';
const organisations = ['1', '2', '3', '4', '5', '6'].map((number) => `org_aaaaaa${number}`);
const capacity = 3;

/**
 * Has six organisations claim the three places of a cohort and give them back, in so many cohorts: nine decisions each, on a
 * ledger under 1 KB. A share of all answers is lost, as drawn from the seed.
 */
export async function measureLostAcknowledgements(
  cohorts: number,
  lost: number,
  seed: number,
): Promise<LostAcknowledgements> {
  const place = await createTestTable();
  const client = databaseClient();
  injectFaults(client, { throttled: 0, lost, conflicts: 0 }, seededNumbers(seed));
  const meter = meterCapacity(client);
  const table = openTable(client, place.name);
  const clock = movableClock();
  const programme = await givenProgramme(place.table, clock, host);
  const units = { claim: 0, wait: 0, 'give back, the next is confirmed': 0 };
  let repeated = 0;
  const decide = async (kind: DecisionKind, work: Promise<unknown>) => {
    await work;
    for (const { part, write } of meter.take()) {
      if (part.startsWith('ledger')) units[kind] += write;
      if (part === 'ledger (refused)') repeated += 1;
    }
  };

  for (let index = 0; index < cohorts; index += 1) {
    const plan = { host, programme, capacity, waitlist: capacity, limit: capacity };
    const cohort = await givenOpenCohort(place.table, clock, plan);
    // The meter has to know the ledger whose changes it is told in brief.
    await findLedger(table, cohort);
    meter.take();
    const as = (organisation: string | undefined) => contextOf(table, clock, personOf(organisation ?? ''));
    for (const [number, organisation] of organisations.entries()) {
      await decide(number < capacity ? 'claim' : 'wait', claimPlace.perform(as(organisation), { cohort }));
    }
    for (let ticket = 1; ticket <= capacity; ticket += 1) {
      const giving = giveBackPlace.perform(as(organisations[ticket - 1]), { cohort, tickets: [ticket] });
      await decide('give back, the next is confirmed', giving);
    }
  }
  client.destroy();
  await place.remove();
  const each = cohorts * capacity;
  return {
    decisions: 3 * each,
    repeated,
    units: {
      claim: units.claim / each,
      wait: units.wait / each,
      'give back, the next is confirmed': units['give back, the next is confirmed'] / each,
    },
    average: Object.values(units).reduce((sum, some) => sum + some, 0) / (3 * each),
  };
}
