import type { SQSEvent } from 'aws-lambda';
import { postCostShares } from '../../functions/consumers/post-cost-shares.ts';
import type { Cohort } from '../../shared/cohorts/cohort.ts';
import { createCohort } from '../../shared/cohorts/create-cohort.ts';
import { openCohort } from '../../shared/cohorts/open-cohort.ts';
import { eventsThatChangeShares } from '../../shared/costs/cost-history.ts';
import type { Envelope } from '../../shared/events/envelope.ts';
import { readOwedTo, readPostingsOfCohort } from '../../shared/postings/postings-items.ts';
import type { Table } from '../../shared/table/table.ts';
import { organisationNamed } from './cohorts.ts';
import type { MovableClock } from './context.ts';
import { costsOn, lineOf } from './costs.ts';
import { givenFirstOrganisation, givenOrganisation } from './given-organisations.ts';
import { givenProgramme } from './given.ts';
import { openPlaces } from './places.ts';

type Named = Pick<Cohort, 'id' | 'host'>;

const beforeFreeze = '2027-07-01T09:00:00.000Z';
/** The freeze date of the cohorts here: a week before their first day, 14 September 2027. */
export const freeze = '2027-09-06T23:00:00.000Z';

/** Events as the consumer's queue brings them. */
export function batchOf(events: readonly Envelope[]): SQSEvent {
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

/**
 * A table on which a host has cohorts that cost £1,000.00, shared by places, and the consumer that posts shares. Of its two
 * partners the trust has joined, so that finance can choose how VAT is treated; the council is an id alone.
 */
export async function openShares(clock: MovableClock) {
  clock.moveTo(beforeFreeze);
  const at = await openPlaces(clock);
  const host = organisationNamed('host');
  const council = organisationNamed('council');
  const costs = costsOn(at.table, clock);
  const programme = await givenProgramme(at.table, clock, host);
  const first = await givenFirstOrganisation(at.table, clock);
  const trust = (await givenOrganisation(at.table, clock, first, 'Trust')).membership?.organisation ?? '';

  const failed: unknown[] = [];
  const log = { failed: (_message: string, error: unknown) => failed.push(error), warn: () => undefined };
  /** Lets the consumer have these events, and answers how many of them it gave back. */
  const consume = async (events: readonly Envelope[], table: Table = at.table) =>
    (await postCostShares(batchOf(events), table, clock, log)).batchItemFailures.length;
  /** What the relay has told of a cohort since the last time, as far as the consumer hears it. */
  const heard = async (cohort: Named) =>
    (await at.told(cohort)).filter(({ type }) => eventsThatChangeShares.includes(type));
  const draft = async () => {
    clock.moveTo(beforeFreeze);
    const cohort = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    await costs.set(cohort, 0, { rule: { by: 'places', host: false }, lines: [lineOf('venue', 'venue', 100_000)] });
    return cohort;
  };

  return {
    ...at,
    host,
    council,
    trust,
    costs,
    log,
    consume,
    heard,
    draft,
    /** An open cohort on which the trust has two places and the council one. */
    givenShared: async (): Promise<Named> => {
      const cohort = await draft();
      await openCohort.perform(at.as(host), { cohort: cohort.id });
      await at.claim(cohort, trust, { quantity: 2 });
      await at.claim(cohort, council);
      return cohort;
    },
    /** Lets the consumer have what there is to hear, and gives what is told of shares then. */
    consumed: async (cohort: Named): Promise<Envelope[]> => {
      if ((await consume(await heard(cohort))) > 0) throw new AggregateError(failed.splice(0));
      return (await at.told(cohort)).filter(({ type }) => type.startsWith('cost.'));
    },
    postings: async ({ id }: Named) => await readPostingsOfCohort(at.table, id, 500),
    owed: async () => await readOwedTo(at.table, host, '', 500),
    /** What was told of shares: the host's first, then the council's, then the trust's. */
    brief: (told: readonly Envelope[]) => {
      const order = [host, council, trust];
      const rank = ({ data }: Envelope) => order.findIndex((one) => one === data['organisation']);
      return [...told]
        .sort((one, other) => rank(one) - rank(other))
        .map(({ type, data, audience }) => [type, data['organisation'], data['net'], audience.length]);
    },
  };
}
export type SharesTable = Awaited<ReturnType<typeof openShares>>;
