import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { nouns } from '../../functions/api/all-routes.ts';
import { routeKeyOf } from '../../functions/http/route.ts';
import { operatorHandler } from '../../functions/operator/found-organisation.ts';
import { createClock } from '../../local/clock.ts';
import { createRouter, routeOf } from '../../local/routes.ts';
import { openCaller } from '../../local/sample/caller.ts';
import { loadSample } from '../../local/sample/load-sample.ts';
import { sampleOrganisations } from '../../local/sample/organisations.ts';
import { findPerson } from '../../local/sample/people.ts';
import { sampleProgrammes } from '../../local/sample/programmes.ts';
import { sampleStaff } from '../../local/sample/staff.ts';
import { cohortAnswerSchema } from '../../shared/cohorts/cohort-answer.ts';
import { eventsThatChangeShares } from '../../shared/costs/cost-history.ts';
import { getSavings } from '../../shared/costs/get-savings.ts';
import { getShares } from '../../shared/costs/get-shares.ts';
import { postShares } from '../../shared/costs/post-shares.ts';
import type { Envelope } from '../../shared/events/envelope.ts';
import { objectionsTo } from '../../shared/people/eligibility.ts';
import { personAnswerSchema, personDetails } from '../../shared/people/person.ts';
import { organisationDetails } from '../../shared/organisations/organisation.ts';
import { programmeDetails } from '../../shared/programmes/programme.ts';
import { recordingEdge, testApi, type TestApi } from '../support/api.ts';
import { streamRelay, type StreamRelay } from '../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../support/table.ts';

/** Everything of the app that the sample data goes through, in this process: no Lambda, no gateway. */
const clock = createClock({ running: false, start: new Date('2027-01-04T09:00:00Z') });
const allRoutes = nouns.flatMap(({ routes }) => routes);
const router = createRouter(allRoutes.map((route) => routeOf(routeKeyOf(route), '', undefined)));

let database: TestTable;
let relay: StreamRelay;
let server: Server;
let run: Parameters<typeof loadSample>[0];
let loaded: boolean;

beforeAll(async () => {
  database = await createTestTable();
  relay = streamRelay(database, clock);
  const api = testApi(database.table, clock);
  server = createServer((request, response) => void serve(api, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const operator = operatorHandler(() => recordingEdge(database.table, clock));
  run = {
    url: `http://127.0.0.1:${String(port)}`,
    clock,
    tokenFor: async (person) => await Promise.resolve(typeof person === 'string' ? person : person.id),
    invoke: async (_lambda, payload) => {
      const answered = await operator(payload, { awsRequestId: 'invocation-1' });
      return { ok: true, payload: JSON.stringify(answered) };
    },
    idle: async () => await hear(await relay.relayAll()),
  };
  loaded = await loadSample(run);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  relay.stop();
  await database.remove();
});

/** Lets the consumer of events share the costs out, as its queue would. */
async function hear(events: readonly Envelope[]): Promise<void> {
  const cohorts = new Set(
    events.filter(({ type }) => eventsThatChangeShares.includes(type)).map(({ data }) => String(data['cohort'])),
  );
  for (const cohort of cohorts) expect(await postShares(database.table, clock, cohort)).toBe(true);
}

/** Answers a request; a fault of this test too, so that the sample stops there. */
async function serve(api: TestApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, body } = await answer(api, request);
    response.writeHead(status).end(JSON.stringify(body));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

/** What the API answers to whoever the token names. */
async function answer(api: TestApi, request: IncomingMessage) {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const found = router(request.method ?? '', pathname);
  if (found === undefined) throw new Error(`There is no route to ${String(request.method)} ${pathname}`);
  const person = findPerson(request.headers.authorization?.slice('Bearer '.length) ?? '');
  if (person === undefined) throw new Error('Nobody of the sample is signed in so');
  const header = (name: string) => z.string().optional().parse(request.headers[name]);
  const organisation = header('cohortium-organisation');
  const body = await text(request);
  return await api.send(found.route.key, {
    path: found.pathParameters,
    query: search.slice(1),
    caller: {
      kind: 'person',
      subject: person.subject,
      email: person.email,
      ...(organisation === undefined ? {} : { organisation }),
    },
    headers: {
      'idempotency-key': header('idempotency-key') ?? '',
      ...(request.headers['if-match'] === undefined ? {} : { 'if-match': request.headers['if-match'] }),
    },
    ...(body === '' ? {} : { body }),
  });
}

const meSchema = z.object({ memberships: z.array(z.object({ organisation: z.string() })) });
/** What somebody of the sample is answered by the organisation that they belong to. */
async function asked<T>(person: string, path: string, schema: z.ZodType<T>): Promise<T> {
  const caller = openCaller(run);
  const me = await caller.send({ person, method: 'GET', path: '/v1/me' }, meSchema);
  const organisation = me.memberships[0]?.organisation ?? '';
  return await caller.send({ person, organisation, method: 'GET', path }, schema);
}
const idsSchema = z.object({ items: z.array(z.object({ id: z.string() })) });

describe('the sample data', () => {
  test('goes through the API as users would fill it, once', async () => {
    expect(loaded).toBe(true);
    expect(await loadSample(run)).toBe(false);
  });

  const weeks = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / (7 * 86_400_000);
  test.each([
    ['Aspiring Leaders', 20, 6],
    ['Prepare to Lead', 21, 12],
    ['Aspiring Nurse Directors', 14, 12],
    ['Mentoring for Diversity', 12, 18],
    ['Next Generation Chief Executive', 14, 12],
    ['Clinical Directors in Commissioning', 5, 5],
    ['First-line Management for Clinical Managers', 30, 3],
  ])('%s has %i places and runs for %i months, on Tuesdays', async (title, places, months) => {
    // Amara's trust sees all of them, that of named trusts too.
    const { items } = await asked('amara', '/v1/open-cohorts?limit=100', idsSchema);
    expect(items).toHaveLength(sampleProgrammes.length);
    const cohorts = await Promise.all(
      items.map(async ({ id }) => await asked('amara', `/v1/cohorts/${id}`, cohortAnswerSchema)),
    );
    const cohort = cohorts.find((one) => one.title === title);
    if (cohort === undefined) throw new Error(`${title} has no open cohort`);
    expect(cohort.capacity).toBe(places);
    expect(cohort.audience).toEqual(sampleProgrammes.find(({ details }) => details.title === title)?.details.audience);
    expect(Math.abs(weeks(cohort.firstDay, cohort.lastDay) - (months * 52) / 12)).toBeLessThan(1);
    expect(new Set(cohort.sessions.map(({ day }) => new Date(day).getUTCDay()))).toEqual(new Set([2]));
  });

  test('holds four places of Aspiring Leaders for partners until 28 days before, on one of which somebody is named; fifteen of the twenty are taken', async () => {
    const { items } = await asked('amara', '/v1/open-cohorts?limit=100', idsSchema);
    const cohorts = await Promise.all(
      items.map(async ({ id }) => await asked('amara', `/v1/cohorts/${id}`, cohortAnswerSchema)),
    );
    const held = cohorts.flatMap((cohort) => cohort.held.map((holding) => ({ ...holding, title: cohort.title })));
    expect(held.map(({ title, places }) => [title, places])).toEqual(
      [2, 1, 1].map((places) => ['Aspiring Leaders', places]),
    );
    const cohort = cohorts.find(({ title }) => title === 'Aspiring Leaders');
    expect(cohort).toMatchObject({ capacity: 20, heldNow: 3, confirmed: 15, free: 5, waiting: 0 });
    expect(held.map(({ until }) => weeks(until, cohort?.firstDay ?? ''))).toEqual([4, 4, 4]);
  });

  test('has its people on record at their organisations, and they see themselves', async () => {
    const lists = await Promise.all(
      sampleOrganisations.map(async ({ administrator }) => await asked(administrator, '/v1/people', idsSchema)),
    );
    const sizes = lists.map(({ items }) => items.length);
    expect(sizes).toEqual(sampleOrganisations.map(({ label }) => sampleStaff.filter(({ at }) => at === label).length));
    expect(await asked('quentin', '/v1/me/person', personAnswerSchema)).toMatchObject({ name: 'Quentin Ward' });
  });

  test('shows who is eligible for what, and every reason why somebody is not', () => {
    const told = sampleProgrammes.map(({ details }) =>
      sampleStaff.map(({ at, details: given }) => {
        const kind = sampleOrganisations.find(({ label }) => label === at)?.kind;
        return objectionsTo(
          programmeDetails.audience.parse(details.audience),
          z.object(personDetails).parse(given),
          organisationDetails.kind.parse(kind),
        );
      }),
    );
    expect(told.map((people) => people.some((reasons) => reasons.length === 0))).toEqual(told.map(() => true));
    expect(new Set(told.flat(2))).toEqual(
      new Set(['staff-group', 'band', 'organisation-kind', 'manages-people', 'not-commissioning']),
    );
  });
});

describe('the costs of the sample data, in pence worked out by hand', () => {
  const cohortsSchema = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) });
  const namesSchema = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
  const cohortOf = async (title: string) => {
    const { items } = await asked('amara', '/v1/open-cohorts?limit=100', cohortsSchema);
    return items.find((one) => one.title === title)?.id ?? '';
  };
  /** What each organisation bears, by its label, as somebody is told, net and VAT. */
  const sharesOf = async (title: string, person: string) => {
    const { items } = await asked('amara', '/v1/organisations?limit=100', namesSchema);
    const labels = new Map(sampleOrganisations.map(({ name, label }) => [name, label]));
    const names = new Map(items.map(({ id, name }) => [id, labels.get(name) ?? name]));
    const told = await asked(person, `/v1/cohorts/${await cohortOf(title)}/shares`, getShares.output);
    const shares = told.shares.map(({ organisation, net, vat }) => [names.get(organisation) ?? '', net, vat] as const);
    return {
      status: told.status,
      shared: told.shared,
      shares: shares.sort(([one], [other]) => (one < other ? -1 : 1)),
    };
  };

  test('Aspiring Leaders: £29,183.33 by twelve places, £2,431.9441… each, and Redbridge pays a fifth more in VAT', async () => {
    const { shares, ...told } = await sharesOf('Aspiring Leaders', 'owen');
    expect(told).toEqual({ status: 'forecast', shared: 2_918_333 });
    // Eleven that are claimed, and of four that are held the one on which somebody is named. 9,727.7766… twice, 7,295.8325
    // and 2,431.9441…: two pennies are left when all are cut off, and go where .66 of a penny was.
    expect(shares).toEqual([
      ['R1H', 972_778, 0],
      ['RAT', 972_778, 0],
      ['RF4', 0, 0],
      ['RWK', 729_583, 0],
      ['Redbridge', 243_194, 48_639],
    ]);
    expect(shares.reduce((sum, [, net]) => sum + net, 0)).toBe(2_918_333);
    expect((await sharesOf('Aspiring Leaders', 'rosa')).shares).toEqual([['RAT', 972_778, 0]]);
  });

  test('First-line Management: £350.00 a place for eight, and the host bears £7,850.00 of £10,650.00', async () => {
    expect(await sharesOf('First-line Management for Clinical Managers', 'owen')).toEqual({
      status: 'forecast',
      shared: 1_065_000,
      shares: [
        ['RAT', 210_000, 0],
        ['RF4', 785_000, 0],
        ['Wharfside', 70_000, 0],
      ],
    });
  });

  test('Mentoring for Diversity: £12,200.00 less a grant of £5,000.00, a third for each of three', async () => {
    expect(await sharesOf('Mentoring for Diversity', 'priya')).toEqual({
      status: 'forecast',
      shared: 720_000,
      shares: [
        ['Larkfield', 240_000, 0],
        ['Newham', 240_000, 0],
        ['RAT', 240_000, 0],
      ],
    });
  });

  test('sharing Aspiring Leaders saves its partners £14,591.67: for eight places alone a place were £3,647.91625', async () => {
    const path = `/v1/cohorts/${await cohortOf('Aspiring Leaders')}/savings`;
    const viable = { method: 'fewest-viable', fewestViable: 8 };
    // Four places alone are £14,591.665.
    expect((await asked('rosa', path, getSavings.output)).own).toEqual({
      places: 4,
      shared: { net: 972_778, aPlace: 243_195 },
      alone: { ...viable, net: 1_459_167, aPlace: 364_792 },
      saved: { net: 486_389, aPlace: 121_597 },
    });
    // 14,591.67 twice, 10,943.75 and 3,647.92.
    expect((await asked('owen', path, getSavings.output)).all).toEqual({
      organisations: 4,
      places: 12,
      shared: { net: 2_918_333, aPlace: 243_194 },
      alone: { ...viable, net: 4_377_501, aPlace: 364_792 },
      saved: { net: 1_459_168, aPlace: 121_597 },
    });
  });
});
