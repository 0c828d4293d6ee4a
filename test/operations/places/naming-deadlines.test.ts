import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changeByItself } from '../../../shared/change.ts';
import { nextPart, writePassed } from '../../../shared/places/passing-items.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { compactLedger } from '../../../shared/places/compact-ledger.ts';
import { unnamedPlaces } from '../../../shared/places/ledger.ts';
import { writeNamed, writeUnnamed } from '../../../shared/places/naming-items.ts';
import { releasePlaces } from '../../../shared/places/release-places.ts';
import { remindNaming } from '../../../shared/places/remind-naming.ts';
import { openNaming, type NamingTable } from '../../support/naming.ts';
import { movableClock } from '../../support/context.ts';
import { parties } from '../../support/people.ts';

const clock = movableClock();
const day = 86_400_000;
const { host, trust, council } = parties;
let at: NamingTable;

beforeAll(async () => {
  at = await openNaming(clock);
});
afterAll(async () => {
  await at.close();
});

describe('places that are not named in time', () => {
  test('their holder is reminded a week before; they go to the next in line at the date, in one write', async () => {
    const cohort = await at.givenPlace({ naming: { daysBefore: 28, daysAfterConfirmed: 7, freezeDaysBefore: 7 } }, 100);
    clock.moveBy(60 * day);
    expect(await at.sweep(cohort)).toEqual([]);
    clock.moveBy(6 * day);
    expect(await at.sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    expect(await at.sweep(cohort)).toEqual([]);
    clock.moveBy(8 * day);
    expect(await at.sweep(cohort)).toEqual([
      ['place.released', [1], [trust, host]],
      ['place.confirmed', [2], [council, host]],
    ]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [2], waiting: [] });
  });

  test('who is confirmed after the freeze date keeps the place: it does not go from one to the next', async () => {
    const cohort = await at.givenPlace({}, 20);
    clock.moveBy(14 * day);
    await at.giveBack(cohort, trust, [1]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [2], waiting: [] });
    await at.sweep(cohort);
    clock.moveBy(30 * day);
    expect(await at.sweep(cohort)).toEqual([]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [2], waiting: [] });
  });

  test('one that is named meanwhile stays; when the name goes, the time begins anew', async () => {
    const cohort = await at.givenPlace({}, 40);
    clock.moveBy(13 * day);
    await at.sweep(cohort);
    const person = await at.released(cohort);
    await at.name(cohort, person);
    clock.moveBy(5 * day);
    expect(await at.sweep(cohort)).toEqual([]);
    await at.unname(cohort);
    expect(await at.sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    clock.moveBy(6 * day);
    expect(await at.sweep(cohort)).toEqual([]);
    clock.moveBy(1 * day);
    expect((await at.sweep(cohort))[0]).toEqual(['place.released', [1], [trust, host]]);
  });

  /** A place whose holder is reminded at once: released after seven days. Named on the first, un-named on the sixth. */
  async function givenUnnamed() {
    const cohort = await at.givenPlace({}, 20);
    const begun = await at.ledger(cohort);
    expect(await at.sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    const reminded = await at.ledger(cohort);
    clock.moveBy(1 * day);
    await at.name(cohort, await at.released(cohort));
    clock.moveBy(5 * day);
    await at.unname(cohort);
    expect(await at.sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    return { cohort, begun, reminded };
  }

  test('one that lost its name is released at its new date, not at the one it was reminded of before', async () => {
    const { cohort } = await givenUnnamed();
    clock.moveBy(6 * day);
    expect(await at.sweep(cohort)).toEqual([]);
    clock.moveBy(1 * day);
    expect((await at.sweep(cohort))[0]).toEqual(['place.released', [1], [trust, host]]);
    await compactLedger(at.table, clock, cohort.id, [1]);
    expect((await at.ledger(cohort)).unnamed).toEqual({});
  });

  test('control: when it would not be asked since when it was reminded, it would go too soon', async () => {
    const { cohort } = await givenUnnamed();
    const { version } = await at.ledger(cohort);
    clock.moveBy(3 * day);
    const remindedLater = { tickets: [1], remindedBy: version };
    await releasePlaces({ table: at.table, epoch: 1, clock }, cohort.id, remindedLater);
    expect((await at.standing(cohort)).confirmed).toEqual([2]);
  });

  test('a reminder of before counts no more once a name was taken off', async () => {
    const { cohort, begun } = await givenUnnamed();
    await at.name(cohort, await at.released(cohort));
    await at.unname(cohort);
    const nameBy = clock.now().toISOString();
    await remindNaming(at.table, clock, cohort.id, { tickets: [1], nameBy, since: begun.version });
    expect((await at.ledger(cohort)).reminded?.has(1)).not.toBe(true);
  });

  test('a name, or its end, that arrives once more much later changes nothing', async () => {
    const { cohort, reminded } = await givenUnnamed();
    const entry = unnamedPlaces(reminded).find(({ ticket }) => ticket === 1);
    if (entry === undefined) throw new Error('The place is not there');
    const change = { type: 'named', by: 'mem_late', at: clock.now().toISOString() };
    expect(await writeNamed(at.table, reminded, entry, change)).toMatchObject({ applied: false });
    await at.name(cohort, await at.released(cohort));
    const before = await at.ledger(cohort);
    await at.unname(cohort);
    await at.name(cohort, await at.released(cohort));
    expect(await writeUnnamed(at.table, before, entry, change)).toMatchObject({ applied: false });
    expect((await at.ledger(cohort)).named).toEqual(new Set([1]));
  });

  test('a successor is reminded anew of a place of which the other was, and has as many days', async () => {
    const cohort = await at.givenPlace({}, 20);
    expect(await at.sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    clock.moveBy(3 * day);
    const ledger = await at.ledger(cohort);
    const heir = organisationNamed('heir');
    const part = nextPart(ledger, trust, heir);
    if (part === undefined) throw new Error('There is nothing to pass on');
    await writePassed(at.table, cohort.id, ledger, part, changeByItself('passed-on', clock.now()));
    expect(await at.sweep(cohort)).toEqual([['place.naming-due', [1], [heir, host]]]);
    clock.moveBy(4 * day);
    expect(await at.sweep(cohort)).toEqual([]);
    clock.moveBy(3 * day);
    expect((await at.sweep(cohort))[0]).toEqual(['place.released', [1], [heir, host]]);
  });

  test('after an outage the holder is reminded first, and nothing is released for three days', async () => {
    const cohort = await at.givenPlace({}, 60);
    await at.told(cohort);
    clock.moveBy(50 * day);
    expect(await at.sweep(cohort)).toEqual([['place.naming-due', [1], [trust, host]]]);
    clock.moveBy(3 * day - 1);
    expect(await at.sweep(cohort)).toEqual([]);
    clock.moveBy(1);
    expect((await at.sweep(cohort))[0]).toEqual(['place.released', [1], [trust, host]]);
  });
});
