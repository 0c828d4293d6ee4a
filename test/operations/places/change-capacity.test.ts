import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { changeCapacity } from '../../../shared/places/change-capacity.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { withoutClauses } from '../../soak/observed-table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock, seededNumbers } from '../../support/context.ts';
import { injectFaults } from '../../support/faults.ts';
import { givenProgramme } from '../../support/given.ts';
import { disagreementsIn, openPlaces, placesOn, ticketsIn, toldOf, type PlacesTable } from '../../support/places.ts';
import { databaseClient } from '../../support/table.ts';

const clock = movableClock();
const host = organisationNamed('host');
const trust = organisationNamed('trust');
const council = organisationNamed('council');
const refused = (code: string, facts?: unknown) =>
  expect.objectContaining({ code, ...(facts === undefined ? {} : { details: { facts } }) });
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});

describe('raising the capacity', () => {
  test('confirms those who wait longest in the same write; those who can see the cohort hear the counts', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, trust, { quantity: 2 });
    await at.claim(cohort, council, { quantity: 2 });
    await at.told(cohort);
    expect(await at.setCapacity(cohort, 3)).toEqual({
      cohort: cohort.id,
      capacity: 3,
      confirmed: 3,
      held: 0,
      free: 0,
      waiting: 1,
    });
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 2, 3], waiting: [4] });
    const ledger = await at.ledger(cohort);
    expect(ledger).toMatchObject({ version: 4, room: 4 });
    expect(disagreementsIn(ledger)).toEqual([]);
    const told = await at.told(cohort);
    expect(toldOf(told)).toEqual([
      ['cohort.capacity-changed', undefined, 'all'],
      ['place.confirmed', [2], [trust, host]],
      ['place.confirmed', [3], [council, host]],
    ]);
    expect(told[0]?.data).toEqual({ cohort: cohort.id, host, capacity: 3, free: 0, waiting: 1 });
  });

  test('of a cohort for named partners is told to them and the host', async () => {
    const cohort = await at.given({ sharedWith: [trust, council] });
    await at.setCapacity(cohort, 11);
    expect(toldOf(await at.told(cohort)).at(-1)).toEqual([
      'cohort.capacity-changed',
      undefined,
      [host, trust, council],
    ]);
  });

  test('lets waits lapse first whose day has passed', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    const confirmUntil = clock.now().toISOString().slice(0, 10);
    await at.claim(cohort, trust, { quantity: 3, confirmUntil });
    await at.claim(cohort, council);
    await at.told(cohort);
    clock.moveBy(86_400_000);
    expect(await at.setCapacity(cohort, 2)).toMatchObject({ confirmed: 2, waiting: 0 });
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 4], waiting: [] });
    expect(toldOf(await at.told(cohort)).map(([type, tickets]) => [type, tickets])).toEqual([
      ['place.lapsed', [2, 3]],
      ['cohort.capacity-changed', undefined],
      ['place.confirmed', [4]],
    ]);
  });

  test('is possible while claims are closed, and up to 150 places, 180 with those who wait', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 40 });
    await closeCohort.perform(at.as(host), { cohort: cohort.id });
    expect(await at.setCapacity(cohort, 140)).toMatchObject({ capacity: 140, free: 140 });
    await expect(at.setCapacity(cohort, 141)).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field: 'capacity', message: expect.stringContaining('at most 140') }] },
    });
    for (const capacity of [0, 151, 1.5]) {
      await expect(at.setCapacity(cohort, capacity)).rejects.toEqual(refused('request.invalid'));
    }
    expect((await at.ledger(cohort)).capacity).toBe(140);
  });
});

describe('lowering the capacity', () => {
  test('is possible down to the places that are held', async () => {
    const cohort = await at.given({ capacity: 10, waitlist: 2 });
    await at.claim(cohort, trust, { quantity: 4 });
    expect(await at.setCapacity(cohort, 4)).toMatchObject({ capacity: 4, confirmed: 4, free: 0, waiting: 0 });
    const ledger = await at.ledger(cohort);
    expect(ledger.room).toBe(2);
    expect(disagreementsIn(ledger)).toEqual([]);
    expect((await at.claim(cohort, council)).places).toMatchObject([{ ticket: 5, state: 'waiting' }]);
  });

  test('below them is refused, and says who would lose how many: the last who were confirmed', async () => {
    const cohort = await at.given({ capacity: 4, waitlist: 5 });
    await at.claim(cohort, trust, { quantity: 2 });
    await at.claim(cohort, council, { quantity: 2 });
    await at.claim(cohort, trust, { quantity: 1 });
    const before = await at.ledger(cohort);
    await expect(at.setCapacity(cohort, 3)).rejects.toEqual(
      refused('cohort.capacity-in-use', { wouldLose: [{ organisation: council, places: 1 }] }),
    );
    await expect(at.setCapacity(cohort, 1)).rejects.toEqual(
      refused('cohort.capacity-in-use', {
        wouldLose: [
          { organisation: trust, places: 1 },
          { organisation: council, places: 2 },
        ],
      }),
    );
    expect(await at.ledger(cohort)).toEqual(before);
  });

  /** Lowers the capacity to one place, of two, while the second is being claimed. */
  async function loweredMeanwhile(table: Table) {
    const cohort = await at.given({ capacity: 2, waitlist: 5 });
    await at.claim(cohort, trust);
    let claimed = false;
    const late: Table = {
      ...table,
      update: async (key, change, schema) => {
        if (!claimed) await at.claim(cohort, council);
        claimed = true;
        return await table.update(key, change, schema);
      },
    };
    const outcome = await placesOn(late, clock)
      .setCapacity(cohort, 1)
      .catch((error: unknown) => error);
    return { outcome, standing: ticketsIn(await at.ledger(cohort)) };
  }

  test('takes no place from one who got it between the look and the write', async () => {
    const { outcome, standing } = await loweredMeanwhile(at.table);
    expect(outcome).toEqual(refused('cohort.capacity-in-use', { wouldLose: [{ organisation: council, places: 1 }] }));
    expect(standing).toEqual({ confirmed: [1, 2], waiting: [] });
  });

  test('control: without the condition on the room it would', async () => {
    const { outcome, standing } = await loweredMeanwhile(withoutClauses(at.table, /^room >=/));
    expect(outcome).toMatchObject({ capacity: 1, waiting: 1 });
    expect(standing).toEqual({ confirmed: [1], waiting: [2] });
  });
});

describe('a change of the capacity', () => {
  test('to what it is already changes nothing', async () => {
    const cohort = await at.given({ capacity: 7 });
    await at.told(cohort);
    expect(await at.setCapacity(cohort, 7)).toMatchObject({ capacity: 7, free: 7 });
    expect((await at.ledger(cohort)).version).toBe(1);
    expect(await at.told(cohort)).toEqual([]);
  });

  test('is refused for a draft, and when the cohort is cancelled', async () => {
    const programme = await givenProgramme(at.table, clock, host);
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    await expect(at.setCapacity(draft, 5)).rejects.toEqual(refused('cohort.not-open'));
    const cohort = await at.given();
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(at.setCapacity(cohort, 5)).rejects.toEqual(refused('cohort.already-ended'));
  });

  test('is the host’s alone; a partner finds nothing there to change', async () => {
    const cohort = await at.given({ sharedWith: [trust] });
    for (const organisation of [trust, council]) {
      const asIfHost = at.setCapacity({ ...cohort, host: organisation }, 5);
      await expect(asIfHost).rejects.toEqual(refused('cohort.not-found'));
    }
    expect((await at.ledger(cohort)).capacity).toBe(10);
  });

  test('by two at once to different numbers leaves one of them, and true counts', async () => {
    const cohort = await at.given({ capacity: 5, waitlist: 20 });
    await at.claim(cohort, trust, { quantity: 3 });
    await Promise.all([7, 12].map(async (capacity) => await at.setCapacity(cohort, capacity)));
    const ledger = await at.ledger(cohort);
    expect([7, 12]).toContain(ledger.capacity);
    expect(disagreementsIn(ledger)).toEqual([]);
  });

  test('undoes no other when it says what it has seen; without that, a late repetition does', async () => {
    const cohort = await at.given({ capacity: 5 });
    const asked = at.as(host);
    const repeated = { cohort: cohort.id, capacity: 9, seen: 5 };
    expect(await changeCapacity.perform(asked, repeated)).toMatchObject({ capacity: 9 });
    expect(await changeCapacity.perform(asked, repeated)).toMatchObject({ capacity: 9 });
    await at.setCapacity(cohort, 7);
    await expect(changeCapacity.perform(asked, repeated)).rejects.toEqual(refused('request.stale'));
    expect((await at.ledger(cohort)).capacity).toBe(7);
    await changeCapacity.perform(asked, { cohort: cohort.id, capacity: 9 });
    expect((await at.ledger(cohort)).capacity).toBe(9);
  });

  test('control: without the condition on the capacity that was seen, the counts would be wrong', async () => {
    const cohort = await at.given({ capacity: 5, waitlist: 20 });
    const careless = placesOn(withoutClauses(at.table, /resized/), clock);
    await Promise.all([7, 9, 12].map(async (capacity) => await careless.setCapacity(cohort, capacity)));
    expect(disagreementsIn(await at.ledger(cohort))).toEqual(['room is miscounted']);
  });

  /** Five places are made seven and five again; then the first write arrives once more. What there is in the end. */
  async function changedAndBack(table: Table) {
    const cohort = await at.given({ capacity: 5, waitlist: 5 });
    const sent: (() => Promise<unknown>)[] = [];
    const heard: Table = {
      ...table,
      update: async (key, change, schema) => {
        sent.push(async () => await table.update(key, change, schema));
        return await table.update(key, change, schema);
      },
    };
    await placesOn(heard, clock).setCapacity(cohort, 7);
    await at.setCapacity(cohort, 5);
    for (const send of sent) await send();
    const { capacity, version } = await at.ledger(cohort);
    return { capacity, version };
  }

  test('whose duplicate arrives late is not made again, also when the capacity is what it was then', async () => {
    expect(await changedAndBack(at.table)).toEqual({ capacity: 5, version: 3 });
  });

  test('control: without the count of the changes it would', async () => {
    expect(await changedAndBack(withoutClauses(at.table, /resized/))).toEqual({ capacity: 7, version: 4 });
  });

  test('whose acknowledgement is lost is made once', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    const client = databaseClient();
    const counts = injectFaults(client, { lost: 0.5, throttled: 0, conflicts: 0 }, seededNumbers(3));
    const faulty = placesOn(openTable(client, at.database.name), clock);
    for (let capacity = 2; capacity <= 8; capacity += 1) {
      let answered = false;
      while (!answered) {
        answered = await faulty.setCapacity(cohort, capacity).then(
          () => true,
          () => false,
        );
      }
    }
    client.destroy();
    expect(counts.lost).toBeGreaterThan(3);
    expect(await at.ledger(cohort)).toMatchObject({ capacity: 8, version: 8, room: 13 });
  });

  test('whose acknowledgement is lost, and which another change overtakes, is not made again after that', async () => {
    const cohort = await at.given({ capacity: 5 });
    const overtaken: Table = {
      ...at.table,
      update: async (key, change, schema) => {
        await at.table.update(key, change, schema);
        await at.setCapacity(cohort, 9);
        return await at.table.update(key, change, schema);
      },
    };
    await expect(placesOn(overtaken, clock).setCapacity(cohort, 7)).rejects.toEqual(refused('request.busy'));
    expect(await at.ledger(cohort)).toMatchObject({ capacity: 9, version: 3 });
  });

  test('that others overtake each time is asked to come again', async () => {
    const cohort = await at.given();
    let next = 20;
    const overtaken: Table = {
      ...at.table,
      update: async (key, change, schema) => {
        await at.setCapacity(cohort, (next += 1));
        return await at.table.update(key, change, schema);
      },
    };
    await expect(placesOn(overtaken, clock).setCapacity(cohort, 5)).rejects.toEqual(refused('request.busy'));
    expect((await at.ledger(cohort)).capacity).toBe(25);
  });
});
