import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { postCostShares } from '../../../functions/consumers/post-cost-shares.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { moveCohort } from '../../../shared/cohorts/move-cohort.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { eventsThatChangeShares } from '../../../shared/costs/cost-history.ts';
import { postShares } from '../../../shared/costs/post-shares.ts';
import { readShares } from '../../../shared/costs/shares-items.ts';
import { setVatTreatment } from '../../../shared/costs/set-vat-treatment.ts';
import type { Envelope } from '../../../shared/events/envelope.ts';
import { readOwedTo, readPostingsOfCohort, putPeriods } from '../../../shared/postings/postings-items.ts';
import * as z from 'zod';
import { repairAggregates } from '../../../shared/repair/repair-aggregates.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock, seededNumbers } from '../../support/context.ts';
import { costsOn, lineOf } from '../../support/costs.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { givenProgramme } from '../../support/given.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';
import { recordingPublisher } from '../../support/publishing.ts';

const host = organisationNamed('host');
const council = organisationNamed('council');
const beforeFreeze = '2027-07-01T09:00:00.000Z';
/** A week before the first day, 14 September 2027. */
const freeze = '2027-09-06T23:00:00.000Z';

const clock = movableClock(beforeFreeze);
let at: PlacesTable;
let costs: ReturnType<typeof costsOn>;
let programme: string;
/** Of the two partners, the one whose treatment of VAT is chosen has to have joined. */
let trust: string;

beforeAll(async () => {
  at = await openPlaces(clock);
  costs = costsOn(at.table, clock);
  programme = await givenProgramme(at.table, clock, host);
  const first = await givenFirstOrganisation(at.table, clock);
  trust = (await givenOrganisation(at.table, clock, first, 'Trust')).membership?.organisation ?? '';
});
afterAll(async () => {
  await at.close();
});

type Named = Pick<Cohort, 'id' | 'host'>;
const versionSchema = z.object({ version: z.int() });
const failed: unknown[] = [];
const log = { failed: (_message: string, error: unknown) => failed.push(error), warn: () => undefined };

function batchOf(events: readonly Envelope[]): SQSEvent {
  const records = events.map((event, index) => ({
    messageId: `message-${String(index)}`,
    receiptHandle: '',
    body: JSON.stringify({ detail: event }),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '', SenderId: '', ApproximateFirstReceiveTimestamp: '' },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: '',
    eventSourceARN: '',
    awsRegion: '',
  }));
  return { Records: records };
}

/** What the relay has told of a cohort since the last time, as far as the consumer hears it. */
async function heard(cohort: Named): Promise<Envelope[]> {
  return (await at.told(cohort)).filter(({ type }) => eventsThatChangeShares.includes(type));
}

/** Lets the consumer hear what there is to hear, and gives what is told of shares then. */
async function consumed(cohort: Named, table: Table = at.table): Promise<Envelope[]> {
  const { batchItemFailures } = await postCostShares(batchOf(await heard(cohort)), table, clock, log);
  if (batchItemFailures.length > 0) throw new AggregateError(failed.splice(0));
  return (await at.told(cohort)).filter(({ type }) => type.startsWith('cost.'));
}

const postings = async ({ id }: Named) => await readPostingsOfCohort(at.table, id, 500);
/** What was told of shares: the host's first, then the council's, then the trust's. */
function brief(told: readonly Envelope[]) {
  const order = [host, council, trust];
  const rank = ({ data }: Envelope) => order.findIndex((one) => one === data['organisation']);
  return [...told]
    .sort((one, other) => rank(one) - rank(other))
    .map(({ type, data, audience }) => [type, data['organisation'], data['net'], audience.length]);
}

/** A cohort of the host that costs £1,000.00, shared by places; the trust has two of them, the council one. */
async function given(): Promise<Named> {
  clock.moveTo(beforeFreeze);
  const cohort = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
  await costs.set(cohort, 0, { rule: { by: 'places', host: false }, lines: [lineOf('venue', 'venue', 100_000)] });
  await openCohort.perform(at.as(host), { cohort: cohort.id });
  await at.claim(cohort, trust, { quantity: 2 });
  await at.claim(cohort, council);
  return cohort;
}

describe('before the freeze date', () => {
  test('shares are a forecast: told to each and to the host when it changes, and nothing is posted', async () => {
    const cohort = await given();
    const told = await consumed(cohort);
    expect(brief(told)).toEqual([
      ['cost.forecast', host, 0, 1],
      ['cost.forecast', council, 33_333, 2],
      ['cost.forecast', trust, 66_667, 2],
    ]);
    await at.claim(cohort, council);
    expect(brief(await consumed(cohort))).toEqual([
      ['cost.forecast', council, 50_000, 2],
      ['cost.forecast', trust, 50_000, 2],
    ]);
    expect(await consumed(cohort)).toEqual([]);
    expect(await postings(cohort)).toEqual([]);
    expect(await readShares(at.table, cohort.id)).toMatchObject({ status: 'forecast', shared: 100_000, steps: 0 });
  });

  test('nothing is worked out for a draft, nor for a cohort without a cost plan', async () => {
    clock.moveTo(beforeFreeze);
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    await costs.set(draft, 0, { rule: { by: 'places', host: false }, lines: [lineOf('venue', 'venue', 100_000)] });
    expect(brief(await consumed(draft))).toEqual([]);
    const plain = await at.given();
    await at.claim(plain, trust);
    expect(brief(await consumed(plain))).toEqual([]);
  });
});

describe('from the freeze date on', () => {
  test('the sweeper posts the shares, once, and what is owed for the month is their sum', async () => {
    const cohort = await given();
    await consumed(cohort);
    clock.moveTo('2027-09-06T22:59:59.000Z');
    await at.sweep(cohort);
    expect(await postings(cohort)).toEqual([]);
    clock.moveTo(freeze);
    await at.sweep(cohort);
    expect(await at.sweep(cohort)).toEqual([]);
    const posted = await postings(cohort);
    expect(posted).toHaveLength(2);
    expect(
      posted.map(({ creditor, debtor, net, reason, tickets, period }) => [
        creditor,
        debtor,
        net,
        reason,
        tickets,
        period,
      ]),
    ).toEqual(
      expect.arrayContaining([
        [host, trust, 66_667, 'share', [1, 2], '2027-09'],
        [host, council, 33_333, 'share', [3], '2027-09'],
      ]),
    );
    const owed = await readOwedTo(at.table, host, '2027-09', 10);
    for (const { debtor, net } of posted)
      expect(owed.find((one) => one.debtor === debtor)?.net).toBeGreaterThanOrEqual(net);
  });

  test('later changes post differences, told to each with its postings; the host is told of all', async () => {
    const cohort = await given();
    clock.moveTo(freeze);
    await consumed(cohort);
    await at.giveBack(cohort, council, [3]);
    // Given back so late, the place is owed in full: nothing changes.
    expect(await consumed(cohort)).toEqual([]);
    await at.claim(cohort, trust);
    const told = await consumed(cohort);
    expect(brief(told)).toEqual([
      ['cost.shared', council, 0, 2],
      ['cost.shared', trust, 100_000, 2],
    ]);
    const ofCouncil = told.find(({ data }) => data['organisation'] === council);
    expect(ofCouncil?.audience).toEqual([council, host]);
    expect(ofCouncil?.data['postings']).toMatchObject([
      { net: -33_333, reason: 'places-changed', effectiveOn: '2027-09-07' },
    ]);
    const sum = (await postings(cohort)).reduce((total, { net }) => total + net, 0);
    expect(sum).toBe(100_000);
  });

  test('a cohort that is moved before its freeze date is frozen by its new days', async () => {
    const cohort = await given();
    const plan = await at.table.get({ pk: `COHORT#${cohort.id}`, sk: 'COHORT' }, versionSchema);
    await moveCohort.perform(at.as(host, { expectedVersion: plan?.version ?? 0 }), {
      cohort: cohort.id,
      sessions: [{ day: '2027-10-05', from: '09:30', to: '16:30', venue: 'King George Hospital' }],
    });
    clock.moveTo(freeze);
    await at.sweep(cohort);
    await consumed(cohort);
    expect(await postings(cohort)).toEqual([]);
    clock.moveTo('2027-09-27T23:00:00.000Z');
    // The first time the sweeper has just written to the ledger itself, of which nothing is recorded yet.
    await at.sweep(cohort);
    await at.sweep(cohort);
    expect((await postings(cohort)).map(({ effectiveOn }) => effectiveOn)).toEqual(['2027-09-28', '2027-09-28']);
  });
});

/** A story with all that changes shares: two months, two withdrawals, a claim, other costs, VAT; and a close between. */
async function lived(): Promise<{ cohort: Named; events: Envelope[] }> {
  const cohort = await given();
  const events = await heard(cohort);
  clock.moveTo('2027-09-08T09:00:00.000Z');
  await at.giveBack(cohort, council, [3]);
  await at.claim(cohort, trust);
  await costs.set(cohort, 1, { lines: [{ ...lineOf('venue', 'venue', 100_000), actual: { net: 90_001 } }] });
  clock.moveTo('2027-10-03T09:00:00.000Z');
  await at.giveBack(cohort, trust, [1]);
  const treatment = { cohort: cohort.id, customer: trust, treatment: 'standard' };
  await setVatTreatment.perform(costs.changing(host, 2), treatment);
  return { cohort, events: [...events, ...(await heard(cohort))] };
}

/** Takes away all that the consumer made of a cohort, and all sums of its host, so that it can be made again. */
async function forget(cohort: Named): Promise<void> {
  for (const { pk, sk } of await postings(cohort)) await at.table.delete({ pk, sk });
  for (const { pk, sk } of await readOwedTo(at.table, cohort.host, '', 100)) await at.table.delete({ pk, sk });
  await at.table.delete({ pk: `COHORT#${cohort.id}`, sk: 'SHARES' });
}

/** A table whose transaction of this number, counted from nought, dies: before it is done, or once it was. */
function dyingAt(number: number, when: 'before' | 'after'): Table {
  let transactions = -1;
  return {
    ...at.table,
    transact: async (writes) => {
      transactions += 1;
      if (transactions === number && when === 'before') throw new Error('Killed before');
      const done = await at.table.transact(writes);
      if (transactions === number) throw new Error('Killed after');
      return done;
    },
  };
}

describe('however the consumer is told, and wherever it is killed', () => {
  test('the same postings are made, to the byte', async () => {
    const { cohort, events } = await lived();
    const consume = async (batch: readonly Envelope[], table: Table = at.table) =>
      (await postCostShares(batchOf(batch), table, clock, log)).batchItemFailures.length;
    await forget(cohort);
    expect(await consume(events)).toBe(0);
    const once = await postings(cohort);
    const owed = await readOwedTo(at.table, host, '', 100);
    expect(once.length).toBe(6);
    const random = seededNumbers(20270405);
    let killed = 0;
    for (let number = 0; number < 8; number += 1) {
      for (const when of ['before', 'after'] as const) {
        await forget(cohort);
        // Out of order, each twice, in batches; then killed once on the way.
        const shuffled = [...events, ...events]
          .map((event) => ({ event, at: random() }))
          .sort((one, other) => one.at - other.at);
        const table = dyingAt(number, when);
        for (let start = 0; start < shuffled.length; start += 5) {
          const batch = shuffled.slice(start, start + 5).map(({ event }) => event);
          const failures = await consume(batch, table);
          if (failures > 0) killed += 1;
          if (failures > 0) expect(await consume(batch)).toBe(0);
        }
        expect(await postings(cohort)).toEqual(once);
        expect(await readOwedTo(at.table, host, '', 100)).toEqual(owed);
      }
    }
    // Four transactions, each killed before it was done and after.
    expect(killed).toBe(8);
  }, 120_000);

  test('control: were postings and the cursor two writes, a consumer that was killed between would post twice', async () => {
    const { cohort, events } = await lived();
    await postCostShares(batchOf(events), at.table, clock, log);
    const once = await postings(cohort);
    await forget(cohort);
    const torn: Table = {
      ...at.table,
      transact: async ([shares, ...beside]) => {
        for (const write of beside) {
          if ('put' in write) await at.table.put(write.put);
          if ('change' in write) await at.table.update(write.key, write.change, z.unknown());
        }
        if (beside.length > 0 && !(await isTorn())) throw new Error('Killed between');
        return shares === undefined || !('put' in shares) || (await at.table.put(shares.put, shares.onlyIf));
      },
    };
    let times = 0;
    const isTorn = async () => await Promise.resolve((times += 1) > 1);
    await postCostShares(batchOf(events), torn, clock, log);
    await postCostShares(batchOf(events), torn, clock, log);
    const sums = await readOwedTo(at.table, host, '', 100);
    const owed = sums.reduce((total, { net }) => total + net, 0);
    expect(owed).not.toBe(once.reduce((total, { net }) => total + net, 0));
  });

  test('what comes after a close goes into the next period, with its true day; a close at the same moment is seen', async () => {
    const cohort = await given();
    clock.moveTo('2027-10-02T09:00:00.000Z');
    const close = async () => {
      const closing = { period: '2027-09', by: 'mem_given', at: clock.now().toISOString() };
      await putPeriods(at.table, { through: '2027-09', closings: [closing], version: 1 }, host);
    };
    // The host closes September after the consumer has looked, and before it posts.
    let isClosed = false;
    const table: Table = {
      ...at.table,
      transact: async (writes) => {
        if (!isClosed) await close();
        isClosed = true;
        return await at.table.transact(writes);
      },
    };
    const { batchItemFailures } = await postCostShares(batchOf(await heard(cohort)), table, clock, log);
    expect(batchItemFailures).toEqual([]);
    const made = await postings(cohort);
    expect(made.map(({ period, effectiveOn }) => [period, effectiveOn])).toEqual([
      ['2027-10', '2027-09-07'],
      ['2027-10', '2027-09-07'],
    ]);
    expect(await readShares(at.table, cohort.id)).toMatchObject({ closes: [{ through: '2027-09', step: 1 }] });
  });
});

describe('what was lost on the way', () => {
  test('is made good by the repairing sweep: places and shares are told anew', async () => {
    const cohort = await given();
    await consumed(cohort);
    const publisher = recordingPublisher(at.table, clock);
    const repaired = async () => {
      await at.relay.loseAll();
      clock.moveBy(11 * 60_000);
      await repairAggregates(publisher, 1, clock.now());
      return publisher.take().filter(({ data }) => data['cohort'] === cohort.id);
    };
    await at.claim(cohort, council);
    const told = (await repaired()).filter(({ type }) => eventsThatChangeShares.includes(type));
    expect(told.map(({ type }) => type)).toContain('place.restated');
    expect((await postCostShares(batchOf(told), at.table, clock, log)).batchItemFailures).toEqual([]);
    const anew = (await repaired()).filter(({ type }) => type === 'cost.shares-restated');
    expect(brief(anew)).toEqual([
      ['cost.shares-restated', host, 0, 1],
      ['cost.shares-restated', council, 50_000, 2],
      ['cost.shares-restated', trust, 50_000, 2],
    ]);
  });
});

describe('what cannot be posted yet', () => {
  test('is asked for again: an event whose history is not written, and a freeze before all that went before is known', async () => {
    const cohort = await given();
    const events = await heard(cohort);
    const [first] = events;
    if (first === undefined) throw new Error('Nothing was heard');
    const early = { ...first, id: `${first.id}.not-yet` };
    const { batchItemFailures } = await postCostShares(batchOf([early]), at.table, clock, log);
    expect(batchItemFailures).toHaveLength(1);
    clock.moveTo('2027-09-05T09:00:00.000Z');
    await at.giveBack(cohort, council, [3]);
    clock.moveTo(freeze);
    // The relay has not told of it: the sweeper posts nothing by what it knows.
    expect(await postShares(at.table, clock, cohort.id)).toBe(false);
    expect(await postings(cohort)).toEqual([]);
    await at.told(cohort);
    expect(await postShares(at.table, clock, cohort.id)).toBe(true);
    expect((await postings(cohort)).map(({ debtor, net }) => [debtor, net])).toEqual(
      expect.arrayContaining([
        [trust, expect.any(Number)],
        [council, expect.any(Number)],
      ]),
    );
  });

  test('a message that is no event about a cohort is given back, and holds up no other', async () => {
    const cohort = await given();
    const batch = batchOf(await heard(cohort));
    const [record] = batch.Records;
    if (record === undefined) throw new Error('Nothing was heard');
    const bad = { ...record, messageId: 'bad', body: 'no event' };
    const { batchItemFailures } = await postCostShares({ Records: [bad, ...batch.Records] }, at.table, clock, log);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'bad' }]);
    expect(await readShares(at.table, cohort.id)).toBeDefined();
  });
});
