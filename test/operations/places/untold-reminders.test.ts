import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { readDue } from '../../../shared/deadlines/deadlines-items.ts';
import { repairAggregates } from '../../../shared/repair/repair-aggregates.ts';
import { keys, shardOf } from '../../../shared/table/keys.ts';
import type { Table } from '../../../shared/table/table.ts';
import { movableClock } from '../../support/context.ts';
import { openNaming, type NamingTable } from '../../support/naming.ts';
import { parties } from '../../support/people.ts';
import { toldOf } from '../../support/places.ts';
import { recordingPublisher } from '../../support/publishing.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const { host, trust, council } = parties;
const clock = movableClock();
let opened: NamingTable | undefined;

const at = (): NamingTable => {
  if (opened === undefined) throw new Error('There is no table');
  return opened;
};
beforeEach(async () => {
  await opened?.close();
  opened = await openNaming(clock);
});
afterAll(async () => {
  await opened?.close();
});

/** The sweeper alone, without a relay before or after it. */
const act = async (table: Table = at().table, epoch = 1) => await actOnDeadlines({ table, epoch, clock }, clock.now());
const repair = async (epoch = 1) =>
  (await repairAggregates(recordingPublisher(at().table, clock), epoch, clock.now())).restated;
const confirmed = async (cohort: Cohort) => (await at().standing(cohort)).confirmed;
/** When something of a cohort's places is due, as the sweeper looks for it. */
const dueOf = async ({ id }: Cohort) => {
  const { pk } = keys.ledger(id);
  const all = await readDue(at().table, shardOf(pk), new Date(clock.now().getTime() + 400 * day), 100);
  const ofPlaces = all.filter((item) => item.pk === pk && item.kind !== 'post-shares');
  return ofPlaces.map(({ kind, gsi1sk }) => [kind, gsi1sk.slice(0, 24)]);
};
const inDays = (days: number) => new Date(clock.now().getTime() + days * day).toISOString();

/** A place whose holder was reminded just now, of which nothing is told yet; it goes in seven days. */
async function givenReminded(): Promise<Cohort> {
  const cohort = await at().givenPlace({}, 20);
  await act();
  expect((await at().ledger(cohort)).reminded).toEqual(new Set([1]));
  return cohort;
}

const reminder = ['place.naming-due', [1], [trust, host]];
const release = [
  ['place.released', [1], [trust, host]],
  ['place.confirmed', [2], [council, host]],
];

describe('the three days of a reminder', () => {
  test('count from when it was told: a relay that is late puts the release off, once', async () => {
    const cohort = await givenReminded();
    clock.moveBy(6 * day);
    expect(toldOf(await at().told(cohort))).toEqual([reminder]);
    const told = inDays(3);
    clock.moveBy(1 * day);
    expect(await act()).toEqual({ acted: 0, failures: [] });
    expect(await dueOf(cohort)).toEqual([['release-places', told]]);
    clock.moveBy(2 * day - 1);
    expect(await act()).toEqual({ acted: 0, failures: [] });
    expect(await confirmed(cohort)).toEqual([1]);
    clock.moveBy(1);
    await act();
    expect(toldOf(await at().told(cohort))).toEqual(release);
  });

  test('control: told in the same instant, it goes at its date, and by one read more than its ledger', async () => {
    const cohort = await givenReminded();
    expect(toldOf(await at().told(cohort))).toEqual([reminder]);
    clock.moveBy(7 * day);
    const read: string[] = [];
    const observed: Table = {
      ...at().table,
      get: async (key, ...rest) => {
        read.push(key.sk);
        return await at().table.get(key, ...rest);
      },
    };
    await act(observed);
    const ledgers = read.filter((sk) => sk === 'LEDGER').length;
    expect(read.filter((sk) => sk !== 'LEDGER')).toEqual(['HISTORY#LEDGER#0000000001#0000000004']);
    // Once for the waits that lapse first, once for the release, and once to see that nothing is left.
    expect(ledgers).toBe(3);
    expect(toldOf(await at().told(cohort))).toEqual(release);
  });

  test('of one that was never told do not pass: its holder is reminded anew, and the place goes by that', async () => {
    const cohort = await givenReminded();
    // The relay makes the release due, and then gives up before anything is announced.
    await at().relay.relayAll();
    await at().table.delete(keys.history(keys.ledger(cohort.id), 1, 4));
    clock.moveBy(7 * day);
    expect(await at().sweep(cohort)).toEqual([]);
    expect(await confirmed(cohort)).toEqual([1]);
    expect(await at().sweep(cohort)).toEqual([reminder]);
    clock.moveBy(7 * day - 1);
    expect(await at().sweep(cohort)).toEqual([]);
    clock.moveBy(1);
    expect(await at().sweep(cohort)).toEqual(release);
    expect(await dueOf(cohort)).toEqual(expect.not.arrayContaining([['release-places', expect.anything()]]));
  });
});

describe('where the record of a reminder was lost', () => {
  test('its holder is reminded anew once the repair has found it, and nothing is released three days before that', async () => {
    const cohort = await givenReminded();
    await at().relay.loseAll();
    // The repair comes days later, when the place would have gone.
    clock.moveBy(8 * day);
    expect(await act()).toEqual({ acted: 0, failures: [] });
    expect(await repair()).toContain(`COHORT#${cohort.id} LEDGER`);
    expect(await at().sweep(cohort)).toEqual([]);
    expect(await confirmed(cohort)).toEqual([1]);
    expect(await at().sweep(cohort)).toEqual([reminder]);
    clock.moveBy(3 * day);
    expect(await at().sweep(cohort)).toEqual([]);
    clock.moveBy(4 * day);
    expect(await at().sweep(cohort)).toEqual(release);
  });

  test('and its record turns up late, the reminder that was told anew is the one that counts', async () => {
    const cohort = await givenReminded();
    const lost = await at().relay.loseAll();
    clock.moveBy(10 * minute);
    await repair();
    await at().sweep(cohort);
    expect(await at().sweep(cohort)).toEqual([reminder]);
    clock.moveBy(1 * day);
    expect(toldOf(await at().relay.relay(lost))).toEqual([reminder]);
    clock.moveBy(6 * day - 1);
    expect(await at().sweep(cohort)).toEqual([]);
    clock.moveBy(1);
    expect(await at().sweep(cohort)).toEqual(release);
  });

  test('control: when only a claim was lost, the reminder that was told stays, and so does its date', async () => {
    const cohort = await givenReminded();
    expect(toldOf(await at().told(cohort))).toEqual([reminder]);
    const date = inDays(7);
    await at().claim(cohort, council);
    await at().relay.loseAll();
    clock.moveBy(10 * minute);
    expect(await repair()).toContain(`COHORT#${cohort.id} LEDGER`);
    const { version } = await at().ledger(cohort);
    expect(await act()).toEqual({ acted: 1, failures: [] });
    expect((await at().ledger(cohort)).version).toBe(version);
    expect(await dueOf(cohort)).toEqual([['release-places', date]]);
  });

  test('of a name that was taken off since the one before: that one is no proof', async () => {
    const cohort = await givenReminded();
    expect(toldOf(await at().told(cohort))).toEqual([reminder]);
    clock.moveBy(1 * day);
    await at().name(cohort, await at().released(cohort));
    await at().unname(cohort);
    await at().told(cohort);
    await act();
    await at().relay.loseAll();
    clock.moveBy(10 * minute);
    await repair();
    await at().sweep(cohort);
    expect(await at().sweep(cohort)).toEqual([reminder]);
  });
});

test('after a restore everybody is reminded anew, and no reminder of before it releases anything', async () => {
  const cohort = await givenReminded();
  expect(toldOf(await at().told(cohort))).toEqual([reminder]);
  clock.moveBy(6 * day);
  await repair(2);
  await act(at().table, 2);
  expect((await at().ledger(cohort)).reminded).toBeUndefined();
  clock.moveBy(1 * day);
  await act(at().table, 2);
  expect(await confirmed(cohort)).toEqual([1]);
});
