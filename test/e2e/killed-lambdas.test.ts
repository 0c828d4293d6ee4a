import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openHeldDatabase, type DatabaseRequest, type HeldDatabase, type HeldWhen } from '../support/held-database.ts';
import { startInstallation, type Announced, type Installation } from './installation.ts';
import { givenLondon, givenOpenCohort, givenProgramme, type London } from './london.ts';
import type { Told } from './party.ts';

let database: HeldDatabase;
let installation: Installation;
let london: London;
let programme: string;

beforeAll(async () => {
  database = await openHeldDatabase(process.env['DYNAMODB_ENDPOINT'] ?? '');
  installation = await startInstallation({ databaseEndpoint: database.endpoint });
  london = await givenLondon(installation, ['RF4', 'RAT', 'R1H', 'RQX']);
  programme = await givenProgramme(london.RF4);
  await installation.settle();
}, 90_000);
afterAll(async () => {
  await installation.stop();
  await database.stop();
});

const writesLedgerOf =
  (cohort: string) =>
  ({ action, body }: DatabaseRequest) =>
    action === 'UpdateItem' && body.includes(`COHORT#${cohort}`) && body.includes('"LEDGER"');

/** Waits until the database has caught what was asked, kills the Lambda, and lets what was asked end as it does. */
async function killedInTheMiddle<T>(lambda: string, caught: Promise<void>, asked: Promise<T>): Promise<T> {
  await caught;
  await installation.run.killWorkers(lambda);
  return await asked;
}

const onceBy = (events: readonly (Announced | Told)[]) => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];
const ticketsTold = (events: readonly (Announced | Told)[], cohort: string, type: string) =>
  onceBy(events).flatMap(({ type: told, data }) =>
    told === type && data['cohort'] === cohort ? [data['tickets']] : [],
  );

describe.each<[HeldWhen, number]>([
  ['before', 1],
  ['after', 2],
])('a Lambda that is killed %s its write', (when, placesOfTwoKeys) => {
  test('of a claim: repeated with the same key it is one claim; with another it would not be', async () => {
    const { RF4, RAT } = london;
    const claimed = async (repeatedKey: string): Promise<string> => {
      const cohort = await givenOpenCohort(RF4, programme);
      const route = `POST /v1/cohorts/${cohort}/claims`;
      const caught = database.hold(when, writesLedgerOf(cohort));
      const first = RAT.send(route, { body: {}, headers: { 'idempotency-key': 'the-key' } });
      expect((await killedInTheMiddle('Places', caught, first)).status).toBe(500);
      const places = await RAT.claim(cohort, { key: repeatedKey });
      expect(places).toHaveLength(1);
      expect(await RAT.claim(cohort, { key: repeatedKey })).toEqual(places);
      return cohort;
    };
    const cohort = await claimed('the-key');
    expect((await RF4.seePlaces(cohort)).places).toMatchObject([{ ticket: 1, state: 'confirmed' }]);
    await installation.settle();
    expect(ticketsTold(installation.announced, cohort, 'place.claimed')).toEqual([[1]]);
    // The control: only the key makes it one claim.
    expect((await RF4.seePlaces(await claimed('another-key'))).places).toHaveLength(placesOfTwoKeys);
  });

  test('of a give-back: repeated, the place is given back once, and one who waits moves up', async () => {
    const { RF4, RAT, R1H } = london;
    const cohort = await givenOpenCohort(RF4, programme, { capacity: 1 });
    await RAT.claim(cohort);
    await R1H.claim(cohort, { quantity: 2 });
    const caught = database.hold(when, writesLedgerOf(cohort));
    const first = RAT.send(`POST /v1/cohorts/${cohort}/give-backs`, { body: { tickets: [1] } });
    expect((await killedInTheMiddle('Places', caught, first)).status).toBe(500);
    await RAT.giveBack(cohort, [1]);
    expect((await RF4.seePlaces(cohort)).places).toMatchObject([
      { ticket: 2, state: 'confirmed' },
      { ticket: 3, state: 'waiting', position: 1 },
    ]);
    await installation.settle();
    expect(ticketsTold(installation.announced, cohort, 'place.given-back')).toEqual([[1]]);
    expect(ticketsTold(installation.announced, cohort, 'place.confirmed')).toEqual([[1], [2]]);
  });

  test('of the making of a programme: repeated with the same key it is one programme', async () => {
    const { RQX } = london;
    const caught = database.hold(when, ({ action, body }) => action === 'PutItem' && body.includes('Killed half-way'));
    const draft = {
      title: 'Killed half-way',
      aim: 'A',
      audience: { staffGroups: [], organisationKinds: [] },
      skills: ['culture'],
    };
    const asked = { body: { ...draft, sharedWith: 'all' }, headers: { 'idempotency-key': `draft-${when}` } };
    const first = RQX.send('POST /v1/programmes', asked);
    expect((await killedInTheMiddle('Programmes', caught, first)).status).toBe(500);
    const again = await RQX.send('POST /v1/programmes', asked);
    expect(again.status).toBe(201);
    expect((await RQX.send('POST /v1/programmes', asked)).body).toEqual(again.body);
  });

  test.each([
    ['a view', ({ action, body }: DatabaseRequest) => action === 'UpdateItem' && body.includes('PLACES#')],
    ['a feed entry', ({ action, body }: DatabaseRequest) => action === 'PutItem' && body.includes('"FEED#')],
    ['the receipt', ({ action, body }: DatabaseRequest) => action === 'PutItem' && body.includes('"HISTORY#')],
  ])('of %s, as the relay: all of it is told, under the same ids', async (_what, wanted) => {
    const { RF4, RAT, R1H } = london;
    const cohort = await givenOpenCohort(RF4, programme, { capacity: 1 });
    await installation.settle();
    const already = installation.announced.length;
    const caught = database.hold(when, wanted);
    await RAT.claim(cohort, { quantity: 2 });
    await killedInTheMiddle('Relay', caught, Promise.resolve());
    await R1H.claim(cohort);
    await installation.settle();
    const announced = onceBy(installation.announced.slice(already));
    expect(announced.map(({ type, data }) => [type, data['tickets']])).toEqual([
      ['place.claimed', [1, 2]],
      ['place.confirmed', [1]],
      ['place.waiting', [2]],
      ['place.claimed', [3]],
      ['place.waiting', [3]],
    ]);
    const fed = onceBy(
      (await RF4.readAllEvents()).events.filter(({ data }) => data['cohort'] === cohort && 'tickets' in data),
    );
    expect(fed.map(({ id }) => id)).toEqual(announced.map(({ id }) => id));
    const held = (await RAT.listOwnPlaces({ limit: 100 })).items.find((holding) => holding.cohort === cohort);
    expect(held).toMatchObject({ confirmed: [1], waiting: [2] });
  });
});
