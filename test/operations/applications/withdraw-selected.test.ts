import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readApplication } from '../../../shared/applications/applications-items.ts';
import { makeApplicantException } from '../../../shared/applications/make-applicant-exception.ts';
import { withdrawApplication } from '../../../shared/applications/withdraw-application.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { updatePerson } from '../../../shared/people/update-person.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { readPlaceRecord } from '../../../shared/places/place-records-items.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import type { Table, Update } from '../../../shared/table/table.ts';
import { givenClosed, openApplications, type ApplicationsTable } from '../../support/applications.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, givenReleased, parties } from '../../support/people.ts';
import { disagreementsIn } from '../../support/places.ts';

const clock = movableClock();
const { host, trust, council } = parties;
const audience = { staffGroups: ['nurses-and-midwives' as const], organisationKinds: [], bands: [], requirements: [] };
let at: ApplicationsTable;

beforeAll(async () => {
  at = await openApplications(clock);
  await givenParties(at.table, clock);
});
afterAll(async () => {
  await at.close();
});

const refused = (code: string) => expect.objectContaining({ code });
const kept = async ({ id }: Cohort, application: string) => await readApplication(at.table, id, application);

/** A table that does something just before its write of this number, or never writes from there on. */
function interrupted(write: number, work: (() => Promise<unknown>) | 'dies', table = at.table) {
  let written = 0;
  const before = async <Result>(go: () => Promise<Result>): Promise<Result> => {
    written += 1;
    if (work === 'dies' && written >= write) throw new Error('Died here');
    if (work !== 'dies' && written === write) await work();
    return await go();
  };
  const wrapped: Table = {
    ...table,
    put: async (...what) => await before(async () => await table.put(...what)),
    update: async (...what) => await before(async () => await table.update(...what)),
  };
  return { table: wrapped, written: () => written };
}

/** A cohort for which one is to be selected, with one alternate, at this moment or again. */
async function given(facts: Partial<Cohort> = {}) {
  const { cohort, people, first, second } = await givenClosed(at, clock, [trust, council], { capacity: 1, ...facts });
  const lists = { selected: [first], alternates: [second] };
  const request = { idempotencyKey: `given-${cohort.id}` };
  const [applicant] = people;
  if (applicant === undefined) throw new Error('Nobody has applied');
  return {
    cohort,
    applicant,
    first,
    second,
    select: async (table = at.table) => await at.select(cohort, lists, request, table),
    withdraw: async (table = at.table) =>
      await withdrawApplication.perform(at.as(trust, {}, table), { cohort: cohort.id, application: first }),
  };
}
type Given = Awaited<ReturnType<typeof given>>;

/** The same, selected with nothing claimed: at that moment the person was no longer one of the audience. */
async function givenHindered() {
  const all = await given({ audience });
  const { person } = all.applicant;
  const context = contextOf(at.table, clock, personOf(trust), { expectedVersion: 1 });
  const hindering = interrupted(2, async () => {
    await updatePerson.perform(context, { person, staffGroup: 'doctors' });
  });
  // The first write is the decision, the second says that the person is selected.
  expect(await all.select(hindering.table)).toMatchObject({ unplaced: [{ application: all.first }] });
  const isMended = async () => {
    const again = contextOf(at.table, clock, personOf(trust), { expectedVersion: 2 });
    await updatePerson.perform(again, { person, staffGroup: 'nurses-and-midwives' });
  };
  return { ...all, isMended };
}

async function mended(all: Awaited<ReturnType<typeof givenHindered>>): Promise<Given> {
  await all.isMended();
  return all;
}

/** The same, with the place claimed and nobody named on it: the selection has died there. */
async function givenClaimed(facts: Partial<Cohort> = {}) {
  const all = await given(facts);
  await all.select(interrupted(4, 'dies').table).catch(() => undefined);
  expect(await at.standing(all.cohort)).toEqual({ confirmed: [1], waiting: [] });
  return all;
}

describe('who is selected and has no place', () => {
  test('may withdraw, and so may their organisation: it is told, no place is made for them, and the next alternate is taken', async () => {
    for (const who of ['person', 'lead'] as const) {
      const { cohort, applicant, first, second, select, isMended } = await givenHindered();
      await at.relay.relayAll();
      const own = who === 'lead' ? at.as(trust) : contextOf(at.table, clock, applicant.actor);
      const withdraw = async () => await withdrawApplication.perform(own, { cohort: cohort.id, application: first });
      const withdrawn = await withdraw();
      expect(withdrawn).toMatchObject({ id: first, status: 'withdrawn' });
      expect(await kept(cohort, first)).not.toHaveProperty('statement');
      expect(await withdraw()).toEqual(withdrawn);
      const told = await at.relay.relayAll();
      expect(told.map(({ type, audience: to }) => [type, to])).toEqual([['application.withdrawn', [trust, host]]]);
      expect(JSON.stringify(told)).not.toMatch(/per_/);
      await isMended();
      expect(await select()).toMatchObject({ selected: [], unplaced: [], withdrawn: [first] });
      expect(await at.takeAlternate(cohort)).toMatchObject({ application: second });
      expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
    }
  });

  test('since it went missing at that moment, may withdraw: when there is one again it is the next alternate’s', async () => {
    const { cohort, first, second, third } = await givenClosed(at, clock, [trust, trust, council], { capacity: 2 });
    let isShrunk = false;
    const shrinking: Table = {
      ...at.table,
      update: async (key, change: Update, schema) => {
        if (!isShrunk && change.names?.['#k0'] !== undefined) {
          isShrunk = true;
          await at.setCapacity(cohort, 1);
        }
        return await at.table.update(key, change, schema);
      },
    };
    const lists = { selected: [first, second], alternates: [third] };
    const [unplaced] = (await at.select(cohort, lists, {}, shrinking)).unplaced;
    const application = unplaced?.application;
    await withdrawApplication.perform(at.as(trust), { cohort: cohort.id, application });
    await at.setCapacity(cohort, 2);
    expect(await at.takeAlternate(cohort)).toMatchObject({ application: third, organisation: council });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
  });

  test('gives up the place that was claimed for them, once: it is told, and the alternate has it', async () => {
    const { cohort, first, second, withdraw } = await givenClaimed();
    await at.relay.relayAll();
    expect(await withdraw()).toMatchObject({ status: 'withdrawn' });
    const { version } = await at.ledger(cohort);
    await withdraw();
    expect((await at.ledger(cohort)).version).toBe(version);
    const told = (await at.relay.relayAll()).map(({ type }) => type);
    expect(told.sort()).toEqual(['application.withdrawn', 'place.given-back']);
    expect((await at.takeAlternate(cohort)).application).toBe(second);
    expect(await kept(cohort, first)).toMatchObject({ status: 'withdrawn' });
  });

  test('cut off at any write, goes on when asked again', async () => {
    for (const givenIt of [givenHindered, givenClaimed]) {
      for (let write = 1, hasDied = true; hasDied; write += 1) {
        const { cohort, withdraw } = await givenIt();
        const dying = interrupted(write, 'dies');
        await withdraw(dying.table).catch(() => undefined);
        hasDied = dying.written() >= write;
        await withdraw();
        expect(await at.standing(cohort)).toEqual({ confirmed: [], waiting: [] });
        expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
        if (!hasDied) expect(write).toBe(3);
      }
    }
  });

  test('leaves behind no reason of an exception', async () => {
    const { cohort, first, select, withdraw } = await given({ audience: { ...audience, staffGroups: ['doctors'] } });
    const exception = { cohort: cohort.id, application: first, reason: 'Takes over a team of doctors' };
    await makeApplicantException.perform(at.as(host), exception);
    await select(interrupted(5, 'dies').table).catch(() => undefined);
    expect((await readPlaceRecord(at.table, cohort.id, 1))?.exception).toHaveProperty('reason');
    expect(await withdraw()).not.toHaveProperty('exception');
    expect((await readPlaceRecord(at.table, cohort.id, 1))?.exception).not.toHaveProperty('reason');
  });
});

describe('a place that the person has, or had', () => {
  test('is given up in the usual way first; after that they may withdraw, and what is sent again is answered again', async () => {
    const { cohort, first, second, select, withdraw } = await given();
    await select();
    await expect(withdraw()).rejects.toEqual(refused('application.decided'));
    expect(await kept(cohort, first)).toMatchObject({ status: 'selected', statement: expect.any(String) });
    await unnamePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1 });
    await at.giveBack(cohort, trust, [1]);
    const request = { idempotencyKey: `takes-${cohort.id}` };
    const taken = await at.takeAlternate(cohort, request);
    expect(taken).toMatchObject({ application: second });
    expect(await withdraw()).toMatchObject({ status: 'withdrawn', ticket: 1 });
    await unnamePlace.perform(at.as(council), { cohort: cohort.id, ticket: 2 });
    await at.giveBack(cohort, council, [2]);
    await withdrawApplication.perform(at.as(council), { cohort: cohort.id, application: second });
    expect(await at.takeAlternate(cohort, request)).toEqual(taken);
  });

  test('stays their organisation’s when it has put its hand to it: with the name taken off, or with another’s', async () => {
    const { cohort, select, withdraw } = await given();
    await select();
    await unnamePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1 });
    expect(await withdraw()).toMatchObject({ status: 'withdrawn' });
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
    const another = await givenClaimed();
    const reference = 'PUT-THERE';
    const person = await givenReleased(at.table, clock, trust, { cohort: another.cohort.id, reference });
    await namePlace.perform(at.as(trust), { cohort: another.cohort.id, ticket: 1, person });
    expect(await another.withdraw()).toMatchObject({ status: 'withdrawn' });
    expect(await at.namedOn(another.cohort)).toEqual([[1, person]]);
  });

  test('is gone with a cohort that was cancelled', async () => {
    const { cohort, select, withdraw } = await given();
    await select();
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    expect(await withdraw()).toMatchObject({ status: 'withdrawn' });
  });
});

describe('withdrawing while a place is made', () => {
  /** What is wrong: who withdrew has nothing, and who did not has a place with their name. */
  async function wrongWith({ cohort, applicant, first }: Given): Promise<string[]> {
    const { status, ticket } = (await kept(cohort, first)) ?? {};
    const ledger = await at.ledger(cohort);
    const live = Object.entries(ledger.entries).filter(([key, one]) => one > 0 && trust.endsWith(key.slice(0, 7)));
    const named = (await at.namedOn(cohort)).filter(([, person]) => person === applicant.person);
    const isPlaced = ticket !== undefined && live.length === 1 && named.length === 1;
    const isFree = live.length === 0 && named.length === 0;
    const isRight = status === 'withdrawn' ? isFree : status === 'selected' && isPlaced;
    return [...disagreementsIn(ledger), ...(isRight ? [] : [`${String(status)} with ${String(live.length)} places`])];
  }

  test.each([
    ['nothing was claimed', async () => await mended(await givenHindered())],
    ['the place was claimed', givenClaimed],
    ['nobody was selected', given],
  ])('at any of the writes, when %s: one of the two has won', async (_when, givenIt) => {
    const outcomes: (string | undefined)[] = [];
    for (const first of ['select', 'withdraw'] as const) {
      const second = first === 'select' ? 'withdraw' : 'select';
      for (let write = 1, isReached = true; isReached; write += 1) {
        const all = await givenIt();
        const meanwhile = interrupted(write, async () => await all[second]().catch(() => undefined));
        await all[first](meanwhile.table).catch(() => undefined);
        isReached = meanwhile.written() >= write;
        // What a selection has left is done when it is sent again; of who withdrew before it there is none.
        await all.select().catch(() => undefined);
        expect({ first, write, wrong: await wrongWith(all) }).toEqual({ first, write, wrong: [] });
        outcomes.push((await kept(all.cohort, all.first))?.status);
      }
    }
    expect(new Set(outcomes)).toEqual(new Set(['selected', 'withdrawn']));
  });

  test('control: without the mark in the ledger a claim that was on its way leaves a place behind', async () => {
    const all = await givenHindered();
    await all.isMended();
    const markless: Table = {
      ...at.table,
      update: async (key, change: Update, schema) =>
        change.names?.['#k'] === undefined
          ? await at.table.update(key, change, schema)
          : await at.table.update(key, { update: 'SET version = version', condition: 'attribute_exists(pk)' }, schema),
    };
    const meanwhile = interrupted(1, async () => await all.withdraw(markless));
    await all.select(meanwhile.table);
    expect(await wrongWith(all)).toEqual(['withdrawn with 1 places']);
  });
});
