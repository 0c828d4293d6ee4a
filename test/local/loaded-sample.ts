import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
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
import { beginningOfSample } from '../../local/sample/sample-days.ts';
import type { SampleRun } from '../../local/sample/stage.ts';
import { eventsThatChangeShares } from '../../shared/costs/cost-history.ts';
import { postShares } from '../../shared/costs/post-shares.ts';
import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import type { Envelope } from '../../shared/events/envelope.ts';
import { recordingEdge, testApi, type TestApi } from '../support/api.ts';
import { streamRelay } from '../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../support/table.ts';

/** When the sample is loaded here. */
export const today = new Date('2027-01-04T09:00:00Z');

/** The sample data, loaded through everything of the app that it goes through, in this process: no Lambda, no gateway. */
export interface LoadedSample {
  readonly run: SampleRun;
  /** Whether it was loaded, as the loader says. */
  readonly loaded: boolean;
  /** What somebody of the sample is answered by the organisation that they belong to. */
  asked<T>(person: string, path: string, schema: z.ZodType<T>): Promise<T>;
  /** What the sample calls each organisation, by its id. */
  labels(): Promise<ReadonlyMap<string, string>>;
  remove(): Promise<void>;
}

const router = createRouter(
  nouns.flatMap(({ routes }) => routes.map((route) => routeOf(routeKeyOf(route), '', undefined))),
);
const meSchema = z.object({ memberships: z.array(z.object({ organisation: z.string() })) });
const namesSchema = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Loads the sample data into a table of its own. */
export async function loadedSample(): Promise<LoadedSample> {
  const database = await createTestTable();
  const clock = createClock({
    running: false,
    start: today,
    behind: today.getTime() - beginningOfSample(today).getTime(),
  });
  const relay = streamRelay(database, clock);
  const api = testApi(database.table, clock);
  const server = createServer((request, response) => void serve(api, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const operator = operatorHandler(() => recordingEdge(database.table, clock));
  const run: SampleRun = {
    url: `http://127.0.0.1:${String(port)}`,
    clock,
    tokenFor: async (person) => await Promise.resolve(typeof person === 'string' ? person : person.id),
    invoke: async (lambda, payload) => {
      const isSweeper = lambda === 'Sweeper';
      const answered = isSweeper
        ? await sweep(database, clock)
        : await operator(payload, { awsRequestId: 'invocation-1' });
      return { ok: true, payload: JSON.stringify(answered) };
    },
    idle: async () => {
      for (let told = await relay.relayAll(); told.length > 0; told = await relay.relayAll())
        await hear(database, clock, told);
    },
  };
  const caller = openCaller(run);
  const asked: LoadedSample['asked'] = async (person, path, schema) => {
    const me = await caller.send({ person, method: 'GET', path: '/v1/me' }, meSchema);
    const organisation = me.memberships[0]?.organisation ?? '';
    return await caller.send({ person, organisation, method: 'GET', path }, schema);
  };
  return {
    run,
    loaded: await loadSample(run),
    asked,
    async labels() {
      const { items } = await asked('amara', '/v1/organisations?limit=100', namesSchema);
      const byName = new Map(sampleOrganisations.map(({ name, label }) => [name, label]));
      return new Map(items.map(({ id, name }) => [id, byName.get(name) ?? name]));
    },
    async remove() {
      server.closeAllConnections();
      server.close();
      relay.stop();
      await database.remove();
    },
  };
}

type TestClock = ReturnType<typeof createClock>;

/** Lets what is due be done, as the sweeper does. */
async function sweep({ table }: TestTable, clock: TestClock): Promise<null> {
  const { failures } = await actOnDeadlines({ table, epoch: 1, clock }, clock.now());
  expect(failures).toEqual([]);
  return null;
}

/** Lets the consumer of events share the costs out, as its queue would. */
async function hear({ table }: TestTable, clock: TestClock, events: readonly Envelope[]): Promise<void> {
  const cohorts = new Set(
    events.filter(({ type }) => eventsThatChangeShares.includes(type)).map(({ data }) => String(data['cohort'])),
  );
  for (const cohort of cohorts) expect(await postShares(table, clock, cohort)).toBe(true);
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
