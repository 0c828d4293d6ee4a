import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readApplications } from '../../../shared/applications/applications-items.ts';
import { withdrawApplication } from '../../../shared/applications/withdraw-application.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import type { Table, Update } from '../../../shared/table/table.ts';
import { openApplications, type ApplicationsTable } from '../../support/applications.ts';
import { movableClock, seededNumbers } from '../../support/context.ts';
import { givenNamedOrganisation, givenReleased } from '../../support/people.ts';
import { disagreementsIn } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
let at: ApplicationsTable;
let trust: string;

beforeAll(async () => {
  at = await openApplications(clock);
  await givenNamedOrganisation(at.table, clock, 'host');
  trust = await givenNamedOrganisation(at.table, clock, 'trust');
});
afterAll(async () => {
  await at.close();
});

/** A table of which every write behind so many is lost, since whoever writes has died; a write may die after it was done. */
function dyingAfter(table: Table, writes: number): Table & { readonly hasDied: () => boolean } {
  let done = 0;
  let died = false;
  const write = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (done >= writes) died = true;
    if (died) throw new Error('Died here');
    done += 1;
    return await work();
  };
  return {
    ...table,
    hasDied: () => died,
    put: async (...what) => await write(async () => await table.put(...what)),
    update: async (...what) => await write(async () => await table.update(...what)),
    transact: async (...what) => await write(async () => await table.transact(...what)),
  };
}

/** A cohort whose closing date has passed, with so many who are endorsed. */
async function given(count: number, facts: Partial<Cohort> = {}) {
  const cohort = await at.givenCohort({ capacity: 3, ...facts });
  const applicants = [];
  for (let number = 0; number < count; number += 1) applicants.push(await at.endorsed(cohort, trust));
  clock.moveBy(11 * day);
  const people = applicants.map(({ person }) => person);
  return { cohort, people, ids: applicants.map(({ application }) => application) };
}

/** What is wrong with how a selection ended: everybody selected has one place, named for them, and nobody else has one. */
async function wrongWith(cohort: Cohort, wanted: Readonly<Record<string, string>>): Promise<string[]> {
  const ledger = await at.ledger(cohort);
  const applications = [...(await readApplications(at.table, cohort.id)).values()];
  const placed = new Map(await at.namedOn(cohort));
  const selected = applications.filter(({ status }) => status === 'selected');
  const live = Object.values(ledger.entries).filter((ticket) => ticket > 0);
  return [
    ...disagreementsIn(ledger),
    ...(live.length === selected.length ? [] : [`${String(live.length)} places for ${String(selected.length)}`]),
    ...selected.flatMap(({ ticket = 0, person }) =>
      placed.get(ticket) === person ? [] : ['a place without its name'],
    ),
    ...applications.flatMap(({ id, status }) =>
      wanted[id] === undefined || wanted[id] === status ? [] : [`${status} instead of ${wanted[id] ?? ''}`],
    ),
  ];
}

describe('a selection that stops', () => {
  /** Selects on a table that dies after so many writes; then goes on from there, if at all. */
  async function stopped(writes: number, goOn: (cohort: Cohort, again: () => Promise<unknown>) => Promise<unknown>) {
    const { cohort, ids } = await given(3);
    const [one = '', two = '', three = ''] = ids;
    const lists = {
      selected: [one],
      alternates: [two],
      notSelected: [{ application: three, reason: 'others-stronger' }],
    };
    const request = { idempotencyKey: `stops-${cohort.id}` };
    const dying = dyingAfter(at.table, writes);
    await at.select(cohort, lists, request, dying).catch(() => undefined);
    await goOn(cohort, async () => await at.select(cohort, lists, request));
    const wanted = { [one]: 'selected', [two]: 'alternate', [three]: 'not-selected' };
    return { hasDied: dying.hasDied(), wrong: await wrongWith(cohort, wanted) };
  }

  test('after any of its writes goes on from there, when the same is sent again', async () => {
    const outcomes = [];
    for (let writes = 0; writes === 0 || outcomes.at(-1)?.hasDied === true; writes += 1) {
      outcomes.push(await stopped(writes, async (_cohort, again) => await again()));
    }
    expect(outcomes.length).toBeGreaterThan(8);
    expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([]);
  });

  test('is carried out first by whoever takes an alternate', async () => {
    const { hasDied, wrong } = await stopped(3, async (cohort) => {
      const { application } = await at.takeAlternate(cohort);
      const taken = (await readApplications(at.table, cohort.id)).get(application);
      expect(taken).toMatchObject({ status: 'selected', rank: 1 });
    });
    expect({ hasDied, wrong }).toEqual({ hasDied: true, wrong: ['selected instead of alternate'] });
  });

  test('control: when nobody sends it again, something is missing', async () => {
    const { wrong } = await stopped(3, async () => await Promise.resolve());
    expect(wrong).toEqual(expect.arrayContaining(['a place without its name', 'endorsed instead of alternate']));
  });
});

/** Does something once, just before the first claim on a ledger. */
function beforeClaim(table: Table, work: () => Promise<unknown>): Table {
  let isDone = false;
  return {
    ...table,
    update: async (key, change: Update, schema) => {
      if (!isDone && change.names?.['#k0'] !== undefined) {
        isDone = true;
        await work();
      }
      return await table.update(key, change, schema);
    },
  };
}

test('a place that goes missing at the same moment leaves a selected person waiting for one, and is theirs first', async () => {
  const { cohort, ids } = await given(2, { capacity: 2 });
  const request = { idempotencyKey: 'goes-missing' };
  const shrinking = beforeClaim(at.table, async () => await at.setCapacity(cohort, 1));
  const lists = { selected: ids };
  const first = await at.select(cohort, lists, request, shrinking);
  expect(first.selected).toHaveLength(1);
  expect(first.unplaced).toEqual([{ application: expect.any(String), code: 'place.not-enough' }]);
  const late = await at.select(cohort, lists, request);
  expect(late.unplaced).toEqual(first.unplaced);
  await at.setCapacity(cohort, 2);
  expect((await at.select(cohort, lists, request)).unplaced).toEqual([]);
  expect(await wrongWith(cohort, {})).toEqual([]);
});

test('who can no longer be named at the last moment is not selected after all, and nothing is claimed for them', async () => {
  const { cohort, ids, people } = await given(1);
  const [application = ''] = ids;
  const removing: Table = {
    ...at.table,
    put: async (item, ...condition) => {
      const written = await at.table.put(item, ...condition);
      if (item['status'] === 'selected' && item['ticket'] === undefined) {
        const context = { ...at.as(trust), request: { expectedVersion: 1 } };
        await removePerson.perform(context, { person: people[0] });
      }
      return written;
    },
  };
  expect(await at.select(cohort, { selected: ids }, {}, removing)).toMatchObject({
    selected: [],
    unplaced: [],
    notSelected: ids,
  });
  expect((await readApplications(at.table, cohort.id)).get(application)?.reason).toBe('no-longer-eligible');
  expect(await wrongWith(cohort, { [application]: 'not-selected' })).toEqual([]);
});

describe('a place that its organisation has dealt with before it was named', () => {
  /** A selection that died when the place was claimed and nobody was named on it, or after so many writes. */
  async function claimedOnly(writes = 3) {
    const { cohort, ids } = await given(2);
    const [one = '', two = ''] = ids;
    const lists = { selected: [one], alternates: [two] };
    const request = { idempotencyKey: `claimed-${cohort.id}` };
    await at.select(cohort, lists, request, dyingAfter(at.table, writes)).catch(() => undefined);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
    return { cohort, one, two, again: async () => await at.select(cohort, lists, request) };
  }

  test('given back: the person has none, which the answer says; the next alternate may be taken', async () => {
    const { cohort, one, two, again } = await claimedOnly();
    await at.giveBack(cohort, trust, [1]);
    expect(await again()).toMatchObject({ unplaced: [{ application: one, code: 'place.not-found' }] });
    expect((await at.takeAlternate(cohort)).application).toBe(two);
  });

  test('the name taken off again: it stays off', async () => {
    const { cohort, one, again } = await claimedOnly(5);
    expect(await at.namedOn(cohort)).toHaveLength(1);
    await unnamePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1 });
    expect(await again()).toMatchObject({ selected: [{ application: one, ticket: 1 }], unplaced: [] });
    expect((await at.ledger(cohort)).named).toBeUndefined();
  });

  test('named for somebody else: that name stays', async () => {
    const { cohort, one, again } = await claimedOnly();
    const person = await givenReleased(at.table, clock, trust, { cohort: cohort.id, reference: 'ELSE' });
    await namePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1, person });
    expect(await again()).toMatchObject({ unplaced: [{ application: one, code: 'place.named' }] });
    expect(await at.namedOn(cohort)).toEqual([[1, person]]);
  });
});

describe('withdrawing at the moment of the selection', () => {
  /** Selects one and withdraws them at the same moment; says who won and what is wrong. */
  async function race(number: number) {
    const { cohort, ids } = await given(1);
    const numbers = seededNumbers(number);
    const late = async () => await new Promise((resolve) => setTimeout(resolve, numbers() * 12));
    const withdrawing = async () => {
      await late();
      const withdrawal = { cohort: cohort.id, application: ids[0] };
      await withdrawApplication.perform(at.as(trust), withdrawal).catch(() => undefined);
    };
    await Promise.allSettled([at.select(cohort, { selected: ids }), withdrawing()]);
    const [application] = [...(await readApplications(at.table, cohort.id)).values()];
    return { status: application?.status, wrong: await wrongWith(cohort, {}) };
  }

  test('one of them wins: nobody who withdrew has a place, and nobody who was selected has none', async () => {
    const outcomes = [];
    for (let number = 0; number < 12; number += 1) outcomes.push(await race(number));
    expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([]);
    for (const { status } of outcomes) expect(['selected', 'withdrawn']).toContain(status);
  });

  test('control: without the condition that it is the application that was read, a place is left behind', async () => {
    const { cohort, ids } = await given(1);
    const [application = ''] = ids;
    /** Reads what it saw first, and writes whatever became of it meanwhile. */
    const blind: Table = {
      ...at.table,
      put: async (item) => {
        await at.select(cohort, { selected: ids });
        return await at.table.put({ ...item, version: 4 });
      },
    };
    await withdrawApplication.perform(at.as(trust, {}, blind), { cohort: cohort.id, application });
    expect(await wrongWith(cohort, {})).toContain('1 places for 0');
  });

  test('the same at the same moment, with the condition: the selection stands', async () => {
    const { cohort, ids } = await given(1);
    const [application = ''] = ids;
    const selectedMeanwhile: Table = {
      ...at.table,
      put: async (...written) => {
        await at.select(cohort, { selected: ids }, { idempotencyKey: 'meanwhile' });
        return await at.table.put(...written);
      },
    };
    const withdrawal = { cohort: cohort.id, application };
    await expect(withdrawApplication.perform(at.as(trust, {}, selectedMeanwhile), withdrawal)).rejects.toMatchObject({
      code: 'application.decided',
    });
    expect(await wrongWith(cohort, { [application]: 'selected' })).toEqual([]);
  });
});
