import { expect } from '@jest/globals';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { statusOf } from '../../functions/http/problem.ts';
import type { Clock } from '../../shared/clock.ts';
import type { PersonActor } from '../../shared/context.ts';
import { refusals, type RefusalCode } from '../../shared/errors.ts';
import { testApi, type ApiAnswer, type TestApi } from './api.ts';
import type { ApiCaller, ApiRequest } from './api-event.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation } from './given-organisations.ts';
import { givenOpenCohort, givenProgramme } from './given.ts';
import type { TestTable } from './table.ts';

/** The route on which bad input is tried. */
export const claims = 'POST /v1/cohorts/{cohort}/claims';

/** An API with a host, a stranger and an open cohort of a programme that the stranger cannot see. */
export interface WatchedApi {
  readonly api: TestApi;
  readonly host: string;
  readonly stranger: string;
  readonly cohort: string;
  /** A programme lead of the host. */
  readonly claimer: ApiCaller;
  /** A claim that goes through, but for what is changed in it. */
  readonly claim: (request: ApiRequest) => ApiRequest;
  /** Sends what is to be refused; sees that it is, in the right words, and that nothing has changed. */
  readonly refused: (route: string, request: ApiRequest, code: RefusalCode) => Promise<ApiAnswer>;
}

/** Makes such an API on a fresh table. */
export async function givenWatchedApi(made: TestTable, clock: Clock): Promise<WatchedApi> {
  const { table } = made;
  const api = testApi(table, clock);
  const first = await givenFirstOrganisation(table, clock);
  const [stranger, partner] = [
    organisationOf(await givenOrganisation(table, clock, first, 'Stranger')),
    organisationOf(await givenOrganisation(table, clock, first, 'Partner')),
  ];
  const host = organisationOf(first);
  await givenMember(table, clock, { administrator: first, subject: 'lead', roles: ['programme-lead'] });
  const programme = await givenProgramme(table, clock, host, [partner]);
  const cohort = await givenOpenCohort(table, clock, { host, programme, capacity: 3, waitlist: 2, limit: 5 });
  const claimer: ApiCaller = { kind: 'person', subject: 'lead', organisation: host };
  const watched = [`COHORT#${cohort}`, `PROGRAMME#${programme}`, `ORGANISATION#${host}`, `ORGANISATION#${stranger}`];
  const watch = async () => await Promise.all(watched.map(async (pk) => await everythingIn(made, pk)));
  return {
    api,
    host,
    stranger,
    cohort,
    claimer,
    claim: (request) => ({
      caller: claimer,
      path: { cohort },
      body: { quantity: 1 },
      ...request,
      headers: { 'idempotency-key': 'bad-input', ...request.headers },
    }),
    refused: async (route, request, code) => {
      const before = await watch();
      const answer = await api.send(route, request);
      expectProblem(answer, code);
      expect(await watch()).toEqual(before);
      return answer;
    },
  };
}

function organisationOf(person: PersonActor): string {
  return person.membership?.organisation ?? '';
}

/** All that stands in a partition, to see that nothing has changed. */
async function everythingIn({ client, name }: TestTable, partition: string): Promise<unknown> {
  const { Items: items } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: partition } },
      ConsistentRead: true,
    }),
  );
  return items;
}

function expectProblem({ status, headers, body }: ApiAnswer, code: RefusalCode): void {
  const { title, kind } = refusals[code];
  expect(body).toMatchObject({ code, type: `urn:cohortium:problem:${code}`, title, status: statusOf(kind) });
  expect(status).toBe(statusOf(kind));
  expect(headers['content-type']).toBe('application/problem+json');
  expect(body['instance']).toMatch(/^urn:cohortium:request:request-\d+$/);
}
