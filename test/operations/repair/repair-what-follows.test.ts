import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import { listOpenCohorts } from '../../../shared/cohorts/list-open-cohorts.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { openFeeds } from '../../../shared/events/feeds.ts';
import { newId } from '../../../shared/ids.ts';
import { listOrganisationPlaces } from '../../../shared/places/list-organisation-places.ts';
import { createProgramme } from '../../../shared/programmes/create-programme.ts';
import { programmeItem } from '../../../shared/programmes/programmes-items.ts';
import { programmeSchema } from '../../../shared/programmes/programme.ts';
import { repairAggregates } from '../../../shared/repair/repair-aggregates.ts';
import { keys, shardOf } from '../../../shared/table/keys.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock, seededRandom } from '../../support/context.ts';
import { givenFirstOrganisation } from '../../support/given-organisations.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';
import { recordingPublisher, type RecordingPublisher } from '../../support/publishing.ts';

const epoch = 1;
const minutes = 60_000;
const day = 24 * 60 * minutes;
const clock = movableClock();
const host = organisationNamed('host');
const trust = organisationNamed('trust');
const council = organisationNamed('council');
let at: PlacesTable | undefined;
let publisher: RecordingPublisher;

const places = (): PlacesTable => {
  if (at === undefined) throw new Error('There is no table');
  return at;
};
beforeEach(async () => {
  await at?.close();
  at = await openPlaces(clock);
  publisher = recordingPublisher(at.table, clock);
});
afterAll(async () => {
  await at?.close();
});
const sweep = async () => await repairAggregates(publisher, epoch, clock.now());
const restatedAfterTenMinutes = async () => {
  await places().relay.loseAll();
  clock.moveBy(10 * minutes);
  return (await sweep()).restated;
};

/** An open cohort of which everything so far was told, one way or the other. */
async function givenSettled(facts: Parameters<PlacesTable['given']>[0] = {}) {
  const cohort = await places().given(facts);
  await places().told(cohort);
  clock.moveBy(10 * minutes);
  await sweep();
  publisher.take();
  return cohort;
}

describe('where the record of a change was lost, the sweep', () => {
  test('writes the views anew: places, promotions and what is gone', async () => {
    const { claim, giveBack, told, as } = places();
    const cohort = await givenSettled({ capacity: 1, waitlist: 5 });
    await claim(cohort, trust);
    await claim(cohort, council);
    await told(cohort);
    await giveBack(cohort, trust, [1]);
    const stands = async (organisation: string) =>
      (await listOrganisationPlaces.perform(as(organisation), {})).items.map(({ confirmed, waiting }) => [
        confirmed,
        waiting,
      ]);
    const listed = async () =>
      (await listOpenCohorts.perform(as(trust), {})).items.map(({ id, waiting }) => [id, waiting]);
    expect(await restatedAfterTenMinutes()).toEqual([`COHORT#${cohort.id} LEDGER`]);
    expect([await stands(trust), await stands(council)]).toEqual([[], [[[2], []]]]);
    expect(await listed()).toEqual([[cohort.id, 0]]);
    await closeCohort.perform(as(host), { cohort: cohort.id });
    await restatedAfterTenMinutes();
    expect(await listed()).toEqual([]);
  });

  test('makes the due items anew: waits still end, and tombstones still go', async () => {
    const { claim, giveBack, standing, ledger, table } = places();
    const cohort = await givenSettled({ capacity: 1, waitlist: 5 });
    await claim(cohort, trust, { quantity: 2 });
    await claim(cohort, council, { confirmUntil: clock.now().toISOString().slice(0, 10) });
    await giveBack(cohort, trust, [2]);
    await places().relay.loseAll();
    clock.moveBy(2 * day);
    expect(await actOnDeadlines({ table, epoch: 1, clock }, clock.now())).toEqual({ acted: 0, failures: [] });
    expect((await sweep()).restated).toEqual([`COHORT#${cohort.id} LEDGER`]);
    expect(await actOnDeadlines({ table, epoch: 1, clock }, clock.now())).toMatchObject({ acted: 2, failures: [] });
    expect(await standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
    expect(Object.values((await ledger(cohort)).entries)).not.toContain(-2);
  });

  test('makes the due items anew beside those of the newest change, which was published', async () => {
    const { claim, giveBack, told, ledger, table } = places();
    const cohort = await givenSettled({ capacity: 5, waitlist: 5 });
    await claim(cohort, trust, { quantity: 3 });
    await told(cohort);
    await giveBack(cohort, trust, [1]);
    await places().relay.loseAll();
    await giveBack(cohort, trust, [2]);
    await told(cohort);
    clock.moveBy(10 * minutes);
    expect((await sweep()).restated).toEqual([`COHORT#${cohort.id} LEDGER`]);
    clock.moveBy(2 * day);
    expect(await actOnDeadlines({ table, epoch: 1, clock }, clock.now())).toEqual({ acted: 2, failures: [] });
    expect(Object.values((await ledger(cohort)).entries)).toEqual([3]);
  });

  test('finds it also when the aggregate changes every few minutes and the later changes are published', async () => {
    const { claim, told } = places();
    const cohort = await givenSettled();
    await claim(cohort, trust);
    await places().relay.loseAll();
    const restated: string[] = [];
    for (let minute = 0; minute < 12; minute += 4) {
      await claim(cohort, council);
      await told(cohort);
      clock.moveBy(4 * minutes);
      restated.push(...(await sweep()).restated);
    }
    expect(restated).toEqual([`COHORT#${cohort.id} LEDGER`]);
    expect(publisher.told.map(({ id }) => id)).toContain(`${cohort.id}.1.5.place.restated.${trust}`);
    await claim(cohort, council);
    await told(cohort);
    clock.moveBy(60 * minutes);
    expect((await sweep()).restated).toEqual([]);
  });
});

describe('the sweep', () => {
  test('keeps the newest entry of every organisation’s quiet feed, and of the feed of all', async () => {
    const { table, relay } = places();
    const first = await givenFirstOrganisation(table, clock);
    const organisation = first.membership?.organisation ?? '';
    await relay.relayAll();
    const expiries = async () =>
      await Promise.all(
        [organisation, 'ALL'].map(async (feed) => {
          const entries = await table.query(
            { pk: keys.feed(feed), limit: 100, newestFirst: true },
            z.object({ expires: z.int() }),
          );
          return (entries[0]?.expires ?? 0) * 1000 - clock.now().getTime();
        }),
      );
    clock.moveBy(61 * day);
    expect(Math.max(...(await expiries()))).toBeLessThan(30 * day);
    await sweep();
    expect(Math.min(...(await expiries()))).toBeGreaterThan(89 * day);
    const position = await openFeeds(table).append(organisation, [], clock.now());
    expect(position).toBeGreaterThan(1);
  });

  test('passes over one that it cannot read or tell, says so, and goes on with the others', async () => {
    const { given, table } = places();
    const [cohort, other] = [await given(), await given()];
    await table.update({ pk: cohort.pk, sk: 'COHORT' }, { update: 'REMOVE title' }, z.unknown());
    await places().relay.loseAll();
    clock.moveBy(10 * minutes);
    const { looked, restated, failures } = await sweep();
    expect(looked).toBe(4);
    expect(failures).toEqual([{ aggregate: `COHORT#${cohort.id} COHORT`, error: expect.any(z.ZodError) }]);
    expect([...restated].sort()).toEqual(
      [`COHORT#${cohort.id} LEDGER`, `COHORT#${other.id} COHORT`, `COHORT#${other.id} LEDGER`].sort(),
    );
    expect((await sweep()).restated).toEqual([]);
  });

  test('that runs out of time goes on the next time where it stopped', async () => {
    const { table } = places();
    await givenProgrammes(130, 2);
    expect(await sweep()).toEqual({ looked: 100, restated: [], large: [], failures: [] });
    const at101 = await table.get(keys.sweep(2), z.object({ after: z.string() }));
    expect(at101?.after).toMatch(/^PROGRAMME#prg_/);
    expect((await sweep()).looked).toBe(30);
    expect((await repairAggregates(publisher, epoch, new Date(clock.now().getTime() + 1))).looked).toBe(130);
  });

  test('begins each run at another shard, so that no large one keeps the others waiting', async () => {
    const begun: string[] = [];
    const { table } = places();
    const noting = recordingPublisher(
      {
        ...table,
        query: async (options, schema) => {
          if (options.index === 'gsi2') begun.push(options.pk);
          return await table.query(options, schema);
        },
      },
      clock,
    );
    const firsts: string[] = [];
    for (let run = 0; run < 5; run += 1) {
      await repairAggregates(noting, epoch, clock.now());
      expect([...begun].sort()).toEqual([0, 1, 2, 3].map((shard) => keys.live(shard)));
      firsts.push(begun[0] ?? '');
      begun.length = 0;
      clock.moveBy(15 * minutes);
    }
    expect(new Set(firsts.slice(0, 4)).size).toBe(4);
    expect(firsts[4]).toBe(firsts[0]);
  });

  /** So many programmes in one shard, each just made. */
  async function givenProgrammes(count: number, shard: number): Promise<void> {
    const random = seededRandom(1);
    const ids = new Set<string>();
    while (ids.size < count) {
      const id = newId('prg', random);
      if (shardOf(keys.programme(id).pk) === shard) ids.add(id);
    }
    const change = { type: 'created', by: 'mem_given', at: clock.now().toISOString() };
    const details = { ...createProgramme.example, host, status: 'draft', request: 'given', version: 1, change };
    const items = [...ids].map((id) => programmeItem(programmeSchema.parse({ ...keys.programme(id), id, ...details })));
    await Promise.all(items.map(async (item) => await places().table.put(item)));
  }
});
