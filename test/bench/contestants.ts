import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { placeRoutes } from '../../functions/api/places.ts';
import { apiHandler } from '../../functions/http/api-handler.ts';
import { changeByItself } from '../../shared/change.ts';
import { systemClock } from '../../shared/clock.ts';
import { getCohort } from '../../shared/cohorts/get-cohort.ts';
import { randomSource } from '../../shared/ids.ts';
import { claimKey, writeClaim } from '../../shared/places/places-items.ts';
import type { Key } from '../../shared/table/keys.ts';
import type { Table, Update } from '../../shared/table/table.ts';
import { apiEvent, lambdaContext, type ApiCaller } from '../support/api-event.ts';
import { contextOf } from '../support/context.ts';
import { givenOpenCohort, givenProgramme } from '../support/given.ts';
import { givenFirstOrganisation, givenMember } from '../support/given-organisations.ts';
import type { TestTable } from '../support/table.ts';

/** What is measured, each in turn in every round. */
export const contestants = [
  'raw PutItem of a ledger',
  'raw UpdateItem, the write of a claim',
  'claim handler, a partner’s key',
  'claim handler, a person',
] as const;
export type Contestant = (typeof contestants)[number];

/** Claims that one cohort gets: its ledger stays under 1 KB, and is half of that in the middle. */
export const claimsACohort = 20;
/** The edge of a Lambda, but for the table; its log and its metrics go nowhere. */
const silentEdge = {
  clock: systemClock,
  epoch: 1,
  random: randomSource,
  log: { info: () => undefined, warn: () => undefined, failed: () => undefined },
  measure: () => undefined,
};

/** Sends the request of this number. */
export type Request = (index: number) => Promise<unknown>;
/** Makes ready for a round: cohorts nobody has claimed on, and requests enough for so many of them. */
export type Prepare = (cohorts: number, round: string) => Promise<Request>;

/**
 * Makes the contestants ready, all on one table and through one client. The raw PutItem replaces a
 * ledger by one of the same bytes, as a claim does: the ledger as it is after ten claims, in the middle of a round. The raw UpdateItem is the very request of a claim, with nothing of ours around it.
 */
export async function prepareContestants(place: TestTable): Promise<Record<Contestant, Prepare>> {
  const { client, name, table } = place;
  const raw = DynamoDBDocumentClient.from(client);
  const administrator = await givenFirstOrganisation(table, systemClock);
  const lead = await givenMember(table, systemClock, { administrator, subject: 'a-lead', roles: ['programme-lead'] });
  const organisation = lead.membership?.organisation ?? '';
  const programme = await givenProgramme(table, systemClock, organisation);
  // The handler goes by the real time: a first day that is always ahead.
  const firstDay = `${String(new Date().getUTCFullYear() + 1)}-09-14`;
  const plan = { host: organisation, programme, firstDay, capacity: 100, waitlist: 20, limit: 120 };

  /** Open cohorts whose plans the table has read, as a Lambda has that served a claim on them before. */
  const knownCohorts = async (count: number): Promise<string[]> =>
    await Promise.all(
      Array.from({ length: count }, async () => {
        const cohort = await givenOpenCohort(table, systemClock, plan);
        await getCohort.perform(contextOf(table, systemClock, lead), { cohort });
        return cohort;
      }),
    );
  const claiming =
    (caller: ApiCaller): Prepare =>
    async (count, round) => {
      const cohorts = await knownCohorts(count);
      return claimRequests(table, caller, cohorts, round);
    };
  const updates = async (count: number, round: string) => {
    const cohorts = await knownCohorts(count);
    const all = Array.from({ length: count * claimsACohort }, async (_none, index) => {
      return await writeOfClaim(table, cohorts[index % count] ?? '', organisation, `${round}-${String(index)}`);
    });
    return await Promise.all(all);
  };
  const ledger = await ledgerAfterTenClaims(place, await updates(1, 'ledger'));

  return {
    'raw PutItem of a ledger': async (cohorts, round) => {
      const put = (index: number) => ({ ...ledger, pk: `COHORT#${round}-${String(index % cohorts)}`, version: index });
      return await Promise.resolve((index) => raw.send(new PutCommand({ TableName: name, Item: put(index) })));
    },
    'raw UpdateItem, the write of a claim': async (cohorts, round) => {
      const writes = await updates(cohorts, round);
      return async (index) => await sendUpdate(raw, name, writes[index]);
    },
    'claim handler, a partner’s key': claiming({ kind: 'client', organisation, scopes: ['places:write'] }),
    'claim handler, a person': claiming({ kind: 'person', subject: lead.subject, organisation }),
  };
}

/** The claims of one round, on each cohort in turn; their events are made before the clock runs. */
function claimRequests(table: Table, caller: ApiCaller, cohorts: readonly string[], round: string): Request {
  const handler = apiHandler(placeRoutes, () => ({ ...silentEdge, table }));
  const events = Array.from({ length: cohorts.length * claimsACohort }, (_none, index) =>
    apiEvent('POST /v1/cohorts/{cohort}/claims', {
      caller,
      path: { cohort: cohorts[index % cohorts.length] ?? '' },
      body: {},
      headers: { 'idempotency-key': `${caller.kind}-${round}-${String(index)}` },
    }),
  );
  return async (index) => {
    const event = events[index];
    if (event === undefined) throw new Error(`There is no claim ${String(index)}`);
    const { statusCode, body } = await handler(event, lambdaContext());
    if (statusCode !== 201) throw new Error(`A claim was answered with ${String(statusCode)}: ${body}`);
  };
}

interface LedgerUpdate {
  readonly key: Key;
  readonly change: Update;
}

/** The write that a claim is, taken down instead of sent. */
async function writeOfClaim(table: Table, cohort: string, organisation: string, request: string) {
  const taken: LedgerUpdate[] = [];
  const recorder: Table = {
    ...table,
    update: async (key, change) => {
      taken.push({ key, change });
      return await Promise.resolve({ applied: false, item: undefined });
    },
  };
  const change = { ...changeByItself('claimed', systemClock.now()), by: 'key_0123456789ab' };
  await writeClaim(recorder, {
    cohort,
    organisation,
    key: claimKey(organisation, change.by, request),
    // Of a cohort that was planned and opened.
    planned: 2,
    quantity: 1,
    limit: 120,
    allOrNothing: false,
    waitlist: 20,
    until: undefined,
    brief: true,
    change,
  });
  return taken[0];
}

async function sendUpdate(raw: DynamoDBDocumentClient, name: string, write: LedgerUpdate | undefined): Promise<void> {
  await raw.send(
    new UpdateCommand({
      TableName: name,
      Key: write?.key,
      UpdateExpression: write?.change.update,
      ConditionExpression: write?.change.condition,
      ExpressionAttributeNames: write?.change.names,
      ExpressionAttributeValues: write?.change.values,
      ReturnValues: write?.change.brief === true ? 'UPDATED_NEW' : 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
}

async function ledgerAfterTenClaims({ client, name }: TestTable, writes: readonly (LedgerUpdate | undefined)[]) {
  const raw = DynamoDBDocumentClient.from(client);
  for (const write of writes.slice(0, 10)) await sendUpdate(raw, name, write);
  const { Item: item } = await raw.send(new GetCommand({ TableName: name, Key: writes[0]?.key }));
  return { sk: 'LEDGER', ...item };
}
