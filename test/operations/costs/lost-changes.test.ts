import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventsThatChangeShares } from '../../../shared/costs/cost-history.ts';
import { readCostRecords } from '../../../shared/costs/shares-items.ts';
import { repairAggregates } from '../../../shared/repair/repair-aggregates.ts';
import { movableClock } from '../../support/context.ts';
import { recordingPublisher } from '../../support/publishing.ts';
import { openShares, type SharesTable } from '../../support/shares.ts';

const clock = movableClock();
let at: SharesTable;

beforeAll(async () => {
  at = await openShares(clock);
});
afterAll(async () => {
  await at.close();
});

describe('what was lost on the way', () => {
  test('is made good by the repairing sweep: places and shares are told anew', async () => {
    const cohort = await at.givenShared();
    await at.consumed(cohort);
    const publisher = recordingPublisher(at.table, clock);
    const repaired = async () => {
      await at.relay.loseAll();
      clock.moveBy(11 * 60_000);
      await repairAggregates(publisher, 1, clock.now());
      return publisher.take().filter(({ data }) => data['cohort'] === cohort.id);
    };
    await at.claim(cohort, at.council);
    const told = (await repaired()).filter(({ type }) => eventsThatChangeShares.includes(type));
    expect(told.map(({ type }) => type)).toContain('place.restated');
    expect(await at.consume(told)).toBe(0);
    const anew = (await repaired()).filter(({ type }) => type === 'cost.shares-restated');
    expect(at.brief(anew)).toEqual([
      ['cost.shares-restated', at.host, 0, 1],
      ['cost.shares-restated', at.council, 50_000, 2],
      ['cost.shares-restated', at.trust, 50_000, 2],
    ]);
  });
});

describe('what was lost and turns up after it was told anew', () => {
  /** A claim whose telling is lost and made good; what the sweep told of it; and what turns up then. */
  const turnsUp = async () => {
    const cohort = await at.givenShared();
    await at.consumed(cohort);
    await at.claim(cohort, at.council);
    const lost = await at.relay.loseAll();
    const publisher = recordingPublisher(at.table, clock);
    clock.moveBy(11 * 60_000);
    await repairAggregates(publisher, 1, clock.now());
    const anew = publisher.take().filter(({ type, data }) => type === 'place.restated' && data['cohort'] === cohort.id);
    clock.moveBy(60_000);
    return { cohort, anew, turnedUp: async () => await at.relay.relay(lost) };
  };

  test('changes nothing of what is known by then, and what told it anew counts as known', async () => {
    const { cohort, anew, turnedUp } = await turnsUp();
    expect(anew.length).toBeGreaterThan(0);
    const before = await readCostRecords(at.table, cohort.id);
    const late = (await turnedUp()).filter(({ type }) => type === 'place.confirmed');
    const after = await readCostRecords(at.table, cohort.id);
    expect(after.changes).toEqual(before.changes);
    expect(late.map(({ id }) => after.known.has(id))).toEqual([true]);
    expect(await at.consume([...late, ...anew])).toBe(0);
    expect(await at.consume(late.map((event) => ({ ...event, id: `${event.id}.unknown` })))).toBe(1);
  });

  test('what had turned up before it was told anew counts, and what told it anew is known by it', async () => {
    const { cohort, anew, turnedUp } = await turnsUp();
    clock.moveBy(-2 * 60_000);
    const late = (await turnedUp()).find(({ type }) => type === 'place.confirmed');
    const { changes, known } = await readCostRecords(at.table, cohort.id);
    expect(changes.flatMap(({ events }) => events).map(({ id }) => id)).toContain(late?.id);
    expect(anew.map(({ id }) => known.has(id))).toEqual(anew.map(() => true));
    expect(await at.consume(anew)).toBe(0);
  });
});
