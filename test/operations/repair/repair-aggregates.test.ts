import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { _Record as StreamedRecord } from '@aws-sdk/client-dynamodb-streams';
import { aggregates } from '../../../shared/aggregates.ts';
import { endorseApplication } from '../../../shared/applications/endorse-application.ts';
import { submitApplication } from '../../../shared/applications/submit-application.ts';
import { dayAfter } from '../../../shared/clock.ts';
import { createApiKey } from '../../../shared/api-keys/create-api-key.ts';
import { revokeApiKey } from '../../../shared/api-keys/revoke-api-key.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { updateCohort } from '../../../shared/cohorts/update-cohort.ts';
import type { PersonActor } from '../../../shared/context.ts';
import { changeMemberRoles } from '../../../shared/members/change-member-roles.ts';
import { allowLateNaming } from '../../../shared/places/allow-late-naming.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { makeException } from '../../../shared/places/make-exception.ts';
import { createProgramme } from '../../../shared/programmes/create-programme.ts';
import { updateProgramme } from '../../../shared/programmes/update-programme.ts';
import { repairAggregates } from '../../../shared/repair/repair-aggregates.ts';
import { proposeSuccession } from '../../../shared/successions/propose-succession.ts';
import { withdrawSuccession } from '../../../shared/successions/withdraw-succession.ts';
import type { Table } from '../../../shared/table/table.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { memberNamed } from '../../support/applications.ts';
import { givenCohort } from '../../support/cohorts.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation } from '../../support/given-organisations.ts';
import { givenOpenCohort, givenProgramme } from '../../support/given.ts';
import { givenMoneyAggregates } from '../../support/money-aggregates.ts';
import { givenPerson } from '../../support/people.ts';
import { recordingPublisher, type RecordingPublisher } from '../../support/publishing.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const epoch = 1;
const minutes = 60_000;
const clock = movableClock();
let database: TestTable | undefined;
let table: Table;
let relay: StreamRelay | undefined;
let publisher: RecordingPublisher;
let host: PersonActor;
let organisation: string;

const tidy = async () => {
  relay?.stop();
  await database?.remove();
};
beforeEach(async () => {
  await tidy();
  database = await createTestTable();
  ({ table } = database);
  relay = streamRelay(database, clock);
  publisher = recordingPublisher(table, clock);
  host = await givenFirstOrganisation(table, clock);
  organisation = host.membership?.organisation ?? '';
});
afterAll(tidy);

const as = (expectedVersion?: number) => contextOf(table, clock, host, { expectedVersion });
const sweep = async (by: RecordingPublisher = publisher) => await repairAggregates(by, epoch, clock.now());
const lose = async (): Promise<readonly StreamedRecord[]> => (await relay?.loseAll()) ?? [];
const relayAll = async () => (await relay?.relayAll()) ?? [];

/** One of every kind of aggregate, and a change that can be made to each: what is told of it when that change is lost. */
async function givenOneOfEach() {
  const lead = await givenMember(table, clock, { administrator: host, subject: 'lee', roles: ['staff'] });
  const member = lead.membership?.member ?? '';
  const { id: key } = await createApiKey.perform(as(), createApiKey.example);
  const { id: draft } = await createProgramme.perform(as(), createProgramme.example);
  const programme = await givenProgramme(table, clock, organisation);
  const plan = { ...createCohort.example, programme, opensAt: clock.now().toISOString() };
  const { id: planned } = await createCohort.perform(as(), plan);
  const cohort = await givenOpenCohort(table, clock, {
    host: organisation,
    programme,
    capacity: 1,
    waitlist: 5,
    limit: 5,
  });
  const another = await givenOpenCohort(table, clock, {
    host: organisation,
    programme,
    capacity: 1,
    waitlist: 0,
    limit: 1,
  });
  await claimPlace.perform(as(), { cohort: another });
  const place = { cohort: another, ticket: 1 };
  await makeException.perform(as(), { ...place, reason: 'Asked for by name' });
  const successor = (await givenOrganisation(table, clock, host, 'Successor')).membership?.organisation ?? '';
  await proposeSuccession.perform(as(), { ...proposeSuccession.example, successor });
  const { cohort: applied, application } = await givenApplication();
  const money = await givenMoneyAggregates(table, clock, { host: organisation, other: successor, cohort });
  const changed = {
    // Whoever becomes an administrator is added to their organisation in the same transaction.
    MEMBER: async () => await changeMemberRoles.perform(as(1), { member, roles: ['administrator', 'staff'] }),
    'API-KEY': async () => await revokeApiKey.perform(as(), { key }),
    PROGRAMME: async () => await updateProgramme.perform(as(1), { programme: draft, title: 'Other' }),
    COHORT: async () => await updateCohort.perform(as(1), { cohort: planned, capacity: 3 }),
    LEDGER: async () => await claimPlace.perform(as(), { cohort, quantity: 2 }),
    SUCCESSION: async () => await withdrawSuccession.perform(as(1), { organisation }),
    APPLICATION: async () =>
      await endorseApplication.perform(as(), { cohort: applied, application, backfill: 'arranged' }),
    ...money.changed,
    PLACE: async () => await allowLateNaming.perform(as(), { ...place, until: '2027-09-14' }),
  };
  const names = {
    ORGANISATION: `ORGANISATION#${organisation} ORGANISATION`,
    MEMBER: `ORGANISATION#${organisation} MEMBER#${member}`,
    'API-KEY': `API-KEY#${key} API-KEY`,
    PROGRAMME: `PROGRAMME#${draft} PROGRAMME`,
    COHORT: `COHORT#${planned} COHORT`,
    LEDGER: `COHORT#${cohort} LEDGER`,
    SUCCESSION: `ORGANISATION#${organisation} SUCCESSION`,
    APPLICATION: `COHORT#${applied} APPLICATION#${application}`,
    ...money.names,
    PLACE: `COHORT#${another} PLACE#${another}-0000000001`,
  };
  return { changed, names, cohort, member };
}

/** An application of somebody of the host's own to a cohort that takes them. */
async function givenApplication() {
  const applications = { closesOn: dayAfter(clock.now().toISOString().slice(0, 10), 10) };
  const { id: cohort } = await givenCohort(table, clock, { host: organisation, applications, version: 1 });
  await givenPerson(table, clock, organisation, 'APPLIES');
  const applicant = contextOf(table, clock, memberNamed(organisation, 'APPLIES'));
  const { id: application } = await submitApplication.perform(applicant, { cohort, statement: 'Why I want to' });
  return { cohort, application };
}

/** Makes those that are not there before what is to change them. */
async function madeByChange({
  REVERSAL,
  STATEMENT,
  SETTLEMENT,
}: Awaited<ReturnType<typeof givenOneOfEach>>['changed']) {
  for (const change of [REVERSAL, STATEMENT, SETTLEMENT]) await change();
}

describe('the sweep', () => {
  test('finds a lost change of every kind of aggregate there is, and tells each anew once', async () => {
    const { changed, names, member } = await givenOneOfEach();
    await relayAll();
    for (const change of Object.values(changed)) await change();
    await lose();
    clock.moveBy(10 * minutes);
    expect(Object.keys(names).sort()).toEqual(aggregates.map(({ sk }) => sk).sort());
    const { restated, failures } = await sweep();
    expect(failures).toEqual([]);
    expect([...restated].sort()).toEqual(Object.values(names).sort());
    const told = publisher.take();
    expect(new Set(told.map(({ type, aggregateVersion }) => `${type} ${String(aggregateVersion)}`))).toEqual(
      new Set([
        'organisation.restated 3',
        'member.restated 2',
        'api-key.restated 2',
        'programme.restated 2',
        'cohort.restated 2',
        'cohort.places-restated 2',
        'place.restated 2',
        'place.record-restated 2',
        'succession.restated 2',
        'application.restated 2',
        'cost.restated 2',
        'cost.reversal-restated 1',
        'cost.shares-restated 1',
        'netting.restated 2',
        'settlement.restated 2',
        'statement.restated 3',
      ]),
    );
    expect(told.find(({ type }) => type === 'member.restated')?.data).toEqual({
      organisation,
      member,
      roles: ['administrator', 'staff'],
      status: 'active',
    });
    expect((await sweep()).restated).toEqual([]);
    expect(publisher.take()).toEqual([]);
  });

  test('finds also what was lost from the beginning, when nothing was ever published', async () => {
    const { changed, names } = await givenOneOfEach();
    await madeByChange(changed);
    await lose();
    clock.moveBy(10 * minutes);
    const { restated } = await sweep();
    // Shares are worked out from what was published, of which there is nothing.
    const { SHARES: _shares, ...others } = names;
    expect(restated).toEqual(expect.arrayContaining(Object.values(others)));
    expect(new Set(restated).size).toBe(restated.length);
    expect((await sweep()).restated).toEqual([]);
  });

  test('control: a sweep that forgets what it told would tell it again and again', async () => {
    await lose();
    clock.moveBy(10 * minutes);
    const forgetful: Table = {
      ...table,
      put: async (item, onlyIf) => item.sk.startsWith('PUBLISHED#') || (await table.put(item, onlyIf)),
    };
    const first = await sweep(recordingPublisher(forgetful, clock));
    expect(first.restated.length).toBeGreaterThan(0);
    expect((await sweep(recordingPublisher(forgetful, clock))).restated).toEqual(first.restated);
  });

  test('leaves alone what was published, and what is younger than ten minutes', async () => {
    const { changed, names } = await givenOneOfEach();
    await relayAll();
    clock.moveBy(60 * minutes);
    expect((await sweep()).restated).toEqual([]);
    await changed.PROGRAMME();
    await lose();
    clock.moveBy(10 * minutes - 1);
    expect((await sweep()).restated).toEqual([]);
    clock.moveBy(1);
    expect((await sweep()).restated).toEqual([names.PROGRAMME]);
  });

  test('that is killed tells the same again, under the same ids', async () => {
    const { changed, names } = await givenOneOfEach();
    await relayAll();
    await changed.LEDGER();
    await lose();
    clock.moveBy(10 * minutes);
    const dying = recordingPublisher(
      {
        ...table,
        put: async (item, onlyIf) => {
          if (item.sk.startsWith('RESTATED#')) throw new Error('Killed');
          return await table.put(item, onlyIf);
        },
      },
      clock,
    );
    expect((await sweep(dying)).failures).toEqual([{ aggregate: names.LEDGER, error: new Error('Killed') }]);
    expect((await sweep()).restated).toEqual([names.LEDGER]);
    expect(publisher.told).toEqual(dying.told);
  });

  test('of an installation that was restored tells everything anew, with ids of the new epoch', async () => {
    const { changed, names } = await givenOneOfEach();
    await madeByChange(changed);
    await relayAll();
    await changed.SHARES();
    await relayAll();
    clock.moveBy(10 * minutes);
    const { restated } = await repairAggregates(publisher, 2, clock.now());
    expect(restated).toEqual(expect.arrayContaining(Object.values(names)));
    for (const { id, aggregate } of publisher.told) expect(id.startsWith(`${aggregate}.2.`)).toBe(true);
  });
});

describe('what is told anew', () => {
  test('goes to whom it concerns, and says how things stand, not what happened', async () => {
    const { changed, cohort } = await givenOneOfEach();
    await relayAll();
    await changed.LEDGER();
    await lose();
    clock.moveBy(10 * minutes);
    await sweep();
    expect(publisher.told.map(({ id, type, audience, data }) => ({ id, type, audience, data }))).toEqual([
      {
        id: `${cohort}.1.2.cohort.places-restated`,
        type: 'cohort.places-restated',
        audience: 'all',
        data: { cohort, host: organisation, capacity: 1, free: 0, waiting: 1, status: 'open' },
      },
      {
        id: `${cohort}.1.2.place.restated.${organisation}`,
        type: 'place.restated',
        audience: [organisation],
        data: { cohort, organisation, confirmed: [1], waiting: [2] },
      },
    ]);
  });

  test('does not stop the original from being told when its record turns up; views keep what is newest', async () => {
    const { changed, cohort } = await givenOneOfEach();
    await relayAll();
    await changed.LEDGER();
    const lost = await lose();
    clock.moveBy(10 * minutes);
    await sweep();
    await changed.LEDGER();
    await relayAll();
    const late = (await relay?.relay(lost)) ?? [];
    expect(late.map(({ id }) => id)).toEqual([
      `${cohort}.1.2.place.claimed.1`,
      `${cohort}.1.2.place.confirmed.1`,
      `${cohort}.1.2.place.waiting.2`,
    ]);
    clock.moveBy(60 * minutes);
    expect((await sweep()).restated).toEqual([]);
    expect((await relay?.relay(lost)) ?? []).toEqual([]);
  });
});
