import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { compactLedger } from '../../../shared/places/compact-ledger.ts';
import { withoutClauses } from '../../soak/observed-table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { disagreementsIn, openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const trust = organisationNamed('trust');
const council = organisationNamed('council');
const day = 86_400_000;
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});
const ticketsIn = (ledger: { readonly entries: Readonly<Record<string, number>> }) =>
  Object.values(ledger.entries).sort((one, other) => one - other);

describe('a ledger', () => {
  test('keeps what was given back for a day, so that a late duplicate finds its key; then it goes', async () => {
    const cohort = await at.given({ capacity: 5, waitlist: 5 });
    const request = { idempotencyKey: 'late' };
    await at.claim(cohort, trust, { quantity: 3 }, request);
    await at.claim(cohort, council);
    await at.giveBack(cohort, trust, [1, 3]);
    await at.told(cohort);
    clock.moveBy(day - 1000);
    await actOnDeadlines({ table: at.table, epoch: 1, clock }, clock.now());
    expect(ticketsIn(await at.ledger(cohort))).toEqual([-3, -1, 2, 4]);
    expect((await at.claim(cohort, trust, { quantity: 3 }, request)).places).toMatchObject([{ ticket: 2 }]);
    const before = await at.standing(cohort);
    clock.moveBy(1000);
    expect(await actOnDeadlines({ table: at.table, epoch: 1, clock }, clock.now())).toEqual({ acted: 1, failures: [] });
    const ledger = await at.ledger(cohort);
    expect(ticketsIn(ledger)).toEqual([2, 4]);
    expect(ledger.change).toMatchObject({ type: 'compacted', by: 'cohortium' });
    expect(disagreementsIn(ledger)).toEqual([]);
    expect(await at.standing(cohort)).toEqual(before);
    expect(await at.told(cohort)).toEqual([]);
  });

  test('loses with them the dates and the organisations that no longer matter, and no others', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 10 });
    const confirmUntil = '2027-12-01';
    await at.claim(cohort, trust, { confirmUntil });
    await at.claim(cohort, council, { confirmUntil });
    await at.claim(cohort, organisationNamed('stays'), { confirmUntil });
    await at.giveBack(cohort, council, [2]);
    const waits = async () => Object.keys((await at.ledger(cohort)).until).map((claim) => `org_${claim.slice(0, 7)}`);
    expect(new Set(await waits())).toEqual(new Set([trust, council, organisationNamed('stays')]));
    expect(await compactLedger(at.table, clock, cohort.id, [2])).toBe(true);
    expect(await waits()).toEqual([organisationNamed('stays')]);
    const { live } = await at.ledger(cohort);
    expect(
      Object.keys(live)
        .map((short) => `org_${short}`)
        .sort(),
    ).toEqual([trust, organisationNamed('stays')].sort());
    expect((await at.claim(cohort, council)).places).toMatchObject([{ ticket: 4, state: 'waiting', position: 2 }]);
  });

  test('keeps whoever gave something back since, so that they are told when that was lost', async () => {
    const cohort = await at.given({ capacity: 5, waitlist: 5 });
    await at.claim(cohort, trust);
    await at.claim(cohort, council, { quantity: 2 });
    await at.giveBack(cohort, trust, [1]);
    await at.giveBack(cohort, council, [2, 3]);
    const known = async () => Object.keys((await at.ledger(cohort)).live).map((short) => `org_${short}`);
    await compactLedger(at.table, clock, cohort.id, [1, 2]);
    expect(await known()).toEqual([council]);
    await compactLedger(at.table, clock, cohort.id, [3]);
    expect(await known()).toEqual([]);
  });

  test('is made smaller by as many as there are, fifty a write', async () => {
    const cohort = await at.given({ capacity: 150, waitlist: 0 });
    for (let i = 0; i < 3; i += 1) await at.claim(cohort, trust, { quantity: 50 });
    const all = Array.from({ length: 150 }, (_, index) => index + 1);
    for (let i = 0; i < 3; i += 1) await at.giveBack(cohort, trust, all.slice(i * 50, i * 50 + 50));
    const { version } = await at.ledger(cohort);
    expect(await compactLedger(at.table, clock, cohort.id, all)).toBe(true);
    const ledger = await at.ledger(cohort);
    expect(ledger).toMatchObject({ entries: {}, live: {}, room: 150, next: 151, version: version + 3 });
  });

  test('is left as it is when what was to go has gone, is live, or never was', async () => {
    const cohort = await at.given();
    await at.claim(cohort, trust, { quantity: 2 });
    await at.giveBack(cohort, trust, [1]);
    await compactLedger(at.table, clock, cohort.id, [1]);
    const before = await at.ledger(cohort);
    expect(await compactLedger(at.table, clock, cohort.id, [1, 2, 99])).toBe(true);
    expect(await compactLedger(at.table, clock, 'coh_000000000000', [1])).toBe(true);
    expect(await at.ledger(cohort)).toEqual(before);
  });
});

describe('a change that comes between the look and the write', () => {
  /** Compacts on a table where, just before the write, something is done: with the same key again, or with another. */
  async function doneMeanwhile(table: PlacesTable['table'], meanwhile: 'the same key' | 'another key') {
    const cohort = await at.given();
    const request = { idempotencyKey: 'in use again' };
    await at.claim(cohort, trust, {}, request);
    await at.giveBack(cohort, trust, [1]);
    let isFirst = true;
    const late: PlacesTable['table'] = {
      ...table,
      update: async (key, change, schema) => {
        if (isFirst && meanwhile === 'the same key') await compactLedger(at.table, clock, cohort.id, [1]);
        if (isFirst) await at.claim(cohort, trust, {}, meanwhile === 'the same key' ? request : {});
        isFirst = false;
        return await table.update(key, change, schema);
      },
    };
    const done = await compactLedger(late, clock, cohort.id, [1]);
    return { done, ...(await at.standing(cohort)), wrong: disagreementsIn(await at.ledger(cohort)) };
  }
  const untouched = { done: false, confirmed: [2], waiting: [], wrong: [] };

  test('is met by the conditions: nothing is taken out, and the sweeper comes again', async () => {
    expect(await doneMeanwhile(at.table, 'the same key')).toEqual(untouched);
    expect(await doneMeanwhile(at.table, 'another key')).toEqual(untouched);
  });

  test('control: without the exact tickets in its condition, a live claim would be taken out', async () => {
    const careless = withoutClauses(at.table, /^(entries\.#k\d+ = :t|#live\.#o\d+ = :none)/);
    expect(await doneMeanwhile(careless, 'the same key')).toMatchObject({ confirmed: [] });
  });

  test('control: without the condition that an organisation has nothing, its count would be taken out', async () => {
    const careless = withoutClauses(at.table, /^#live\.#o\d+ = :none/);
    expect(await doneMeanwhile(careless, 'another key')).toMatchObject({ wrong: ['an organisation is miscounted'] });
  });
});
