import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RefusalCode } from '../../shared/errors.ts';
import { startInstallation, type Announced, type Installation } from './installation.ts';
import { givenLondon, givenOpenCohort, givenProgramme, londonPeople, type Code, type London } from './london.ts';
import type { Told } from './party.ts';
import { expectProblem, expectRefused } from './refused.ts';

const codes: readonly Code[] = ['RF4', 'RAT', 'R1H', 'RWK', 'LARKFIELD'];
let installation: Installation;
let london: London;
/** A programme of RF4 that is shared with RAT and R1H by name, and a cohort of it. */
let programme: string;
let cohort: string;

beforeAll(async () => {
  installation = await startInstallation();
  installation.delayRelay(3000);
  london = await givenLondon(installation, codes);
  const sharedWith = [london.RAT.organisation, london.R1H.organisation];
  programme = await givenProgramme(london.RF4, { title: 'Prepare to Lead', sharedWith });
  cohort = await givenOpenCohort(london.RF4, programme, { capacity: 1 });
  await london.RAT.claim(cohort, { quantity: 2 });
  await installation.settle();
}, 90_000);
afterAll(async () => await installation.stop());

/** Everything about the restricted programme that one could ask for or do. */
const requests = (): readonly (readonly [route: string, body: object | undefined, code: RefusalCode])[] => [
  [`GET /v1/programmes/${programme}`, undefined, 'programme.not-found'],
  [`GET /v1/programmes/${programme}/cohorts`, undefined, 'programme.not-found'],
  [`POST /v1/programmes/${programme}/publish`, undefined, 'programme.not-found'],
  [`GET /v1/cohorts/${cohort}`, undefined, 'cohort.not-found'],
  [`GET /v1/cohorts/${cohort}/places`, undefined, 'cohort.not-found'],
  [`POST /v1/cohorts/${cohort}/claims`, {}, 'cohort.not-found'],
  [`POST /v1/cohorts/${cohort}/give-backs`, { tickets: [1] }, 'cohort.not-found'],
  [`PUT /v1/cohorts/${cohort}/capacity`, { capacity: 5 }, 'cohort.not-found'],
  [`POST /v1/cohorts/${cohort}/close`, undefined, 'cohort.not-found'],
  [`POST /v1/cohorts/${cohort}/cancel`, undefined, 'cohort.not-found'],
];
const bodyOf = (body: object | undefined) => (body === undefined ? {} : { body });

describe('an outsider sees nothing', () => {
  test('who is a member of no organisation, whichever they name', async () => {
    const named = [undefined, london.RF4.organisation, london.RAT.organisation, 'org_zzzzzzz'];
    const lists = ['GET /v1/open-cohorts', 'GET /v1/programmes', 'GET /v1/places', 'GET /v1/events', 'GET /v1/members'];
    for (const organisation of named) {
      const oona = installation.signIn('oona', organisation);
      for (const [route, body] of [...lists.map((list) => [list, undefined] as const), ...requests()])
        expectProblem(await oona.send(route, bodyOf(body)), 'actor.organisation-missing');
      expect((await oona.send('GET /v1/me')).body).toEqual({
        name: 'Administrator of oona',
        email: 'oona@example.org',
        memberships: [],
      });
    }
  });

  test('whose organisation the programme is not shared with: it is not found, and in no list', async () => {
    const { RF4, RAT, RWK } = london;
    const before = await RF4.seePlaces(cohort);
    for (const [route, body, code] of requests()) expectProblem(await RWK.send(route, bodyOf(body)), code);
    for (const list of ['GET /v1/programmes', 'GET /v1/open-cohorts', 'GET /v1/places', 'GET /v1/events']) {
      const { status, body } = await RWK.send(list);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toContain(cohort);
      expect(JSON.stringify(body)).not.toContain(programme);
    }
    expect(await RF4.seePlaces(cohort)).toEqual(before);
    // The control: who it is shared with finds it everywhere.
    expect((await RAT.listOpenCohorts()).items.map(({ id }) => id)).toContain(cohort);
    expect((await RAT.listProgrammes()).items.map(({ id }) => id)).toContain(programme);
    expect(await RAT.seeCohort(cohort)).toMatchObject({ own: { confirmed: 1, waiting: 1 } });
  });

  test('who acts for an organisation of which they are no member', async () => {
    const stranger = installation.signIn('RWK', london.RAT.organisation);
    await expectRefused(stranger.claim(cohort), 'actor.organisation-missing');
    await expectRefused(stranger.readEvents(undefined), 'actor.organisation-missing');
  });
});

describe('every change reaches the bus, and the feeds of exactly those who may know', () => {
  let behind: Announced[];
  const feeds = new Map<Code, Told[]>();

  beforeAll(async () => {
    const cursors = await Promise.all(codes.map(async (code) => (await london[code].readAllEvents()).next));
    const already = installation.announced.length;
    await actEverything(london);
    await installation.settle();
    const once = new Map(installation.announced.slice(already).map((event) => [event.id, event]));
    behind = [...once.values()];
    for (const [index, code] of codes.entries())
      feeds.set(code, (await london[code].readAllEvents(cursors[index])).events);
  }, 60_000);

  /** Does each thing that is announced, once; what is said of it, and to whom, is `announcements`. */
  async function actEverything({ RF4, RAT, R1H }: London): Promise<void> {
    const sharedWith = [RAT.organisation, R1H.organisation];
    const offered = await givenProgramme(RF4, { title: 'Aspiring Nurse Directors', sharedWith });
    const planned = await givenOpenCohort(RF4, offered, { capacity: 1 });
    await RAT.claim(planned, { quantity: 2 });
    await R1H.claim(planned);
    await RAT.giveBack(planned, [1]);
    await RF4.changeCapacity(planned, 2);
    await RF4.close(planned);
    await RF4.cancel(planned);
    await RF4.cancel(await givenOpenCohort(RF4, await givenProgramme(RF4)));
    const { id } = await RAT.createKey({ name: 'Learning management', scopes: ['events:read'] });
    await RAT.revokeKey(id);
    const { code } = await R1H.inviteMember(['finance']);
    await installation.signIn('oona').accept(code);
  }

  const all = codes;
  const shared: readonly Code[] = ['RF4', 'RAT', 'R1H'];
  const announcements: readonly (readonly [type: string, to: readonly Code[]])[] = [
    ['programme.created', ['RF4']],
    ['programme.published', shared],
    ['cohort.created', ['RF4']],
    ['cohort.opened', shared],
    ['place.claimed', ['RAT', 'RF4']],
    ['place.confirmed', ['RAT', 'RF4']],
    ['place.waiting', ['RAT', 'RF4']],
    ['place.claimed', ['R1H', 'RF4']],
    ['place.waiting', ['R1H', 'RF4']],
    ['place.given-back', ['RAT', 'RF4']],
    ['place.confirmed', ['RAT', 'RF4']],
    ['cohort.capacity-changed', shared],
    ['place.confirmed', ['R1H', 'RF4']],
    ['cohort.closed', shared],
    ['cohort.cancelled', shared],
    ['programme.created', ['RF4']],
    ['programme.published', all],
    ['cohort.created', ['RF4']],
    ['cohort.opened', all],
    ['cohort.cancelled', all],
    ['api-key.created', ['RAT']],
    ['api-key.revoked', ['RAT']],
    ['member.joined', ['R1H']],
  ];

  test('the bus has each of them', () => {
    expect(behind.map(({ type }) => type).sort()).toEqual(announcements.map(([type]) => type).sort());
  });

  test.each(codes)('%s is told of its own and of what is shared with it, and of nothing else', (code) => {
    const types = (feeds.get(code) ?? []).map(({ type }) => type);
    expect(types.sort()).toEqual(announcements.flatMap(([type, to]) => (to.includes(code) ? [type] : [])).sort());
    const { organisation } = london[code];
    const onBus = behind.filter(({ audience }) => audience === 'all' || audience.includes(organisation));
    expect((feeds.get(code) ?? []).map(({ id }) => id).sort()).toEqual(onBus.map(({ id }) => id).sort());
  });

  test('no event names a person, and none tells an organisation of the tickets of another', () => {
    const text = JSON.stringify([...installation.announced, ...feeds.values()]);
    for (const { name, email, subject } of londonPeople)
      for (const personal of [name, email, subject]) expect(text).not.toContain(personal);
    for (const code of codes.filter((other) => other !== 'RF4'))
      for (const { type, data } of feeds.get(code) ?? [])
        if (type.startsWith('place.')) expect(data['organisation']).toBe(london[code].organisation);
  });

  test("a partner's system follows with its API key, as far as the key's scopes go", async () => {
    const { RAT, R1H } = london;
    const reads = await RAT.createKey({ name: 'Learning management', scopes: ['events:read'] });
    const system = installation.withKey(reads.token);
    // Members and keys are the administrators' to see.
    const seen = (await RAT.readAllEvents()).events.filter(({ type }) => !/^(member|api-key)\./.test(type));
    expect((await system.readAllEvents()).events).toEqual(seen);
    await expectRefused(system.claim(cohort), 'actor.not-allowed');
    await expectRefused(
      installation.withKey(reads.token, R1H.organisation).readEvents(undefined),
      'actor.organisation-missing',
    );
    const claims = await RAT.createKey({ name: 'Booking', scopes: ['places:write'] });
    expect(await installation.withKey(claims.token).claim(cohort)).toMatchObject([{ organisation: RAT.organisation }]);
    await expectRefused(installation.withKey(claims.token).readEvents(undefined), 'actor.not-allowed');
  });
});
