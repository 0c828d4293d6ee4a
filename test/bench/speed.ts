import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context as LambdaContext } from 'aws-lambda';
import { placeRoutes } from '../../functions/api/places.ts';
import { apiHandler } from '../../functions/http/api-handler.ts';
import { systemClock } from '../../shared/clock.ts';
import { randomSource } from '../../shared/ids.ts';
import { givenOpenCohort, givenProgramme } from '../support/given.ts';
import { createTestTable } from '../support/table.ts';
import { apiEvent, type ApiCaller } from '../support/api-event.ts';

export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** How fast the whole claim handler is beside a raw PutItem of as many bytes, in the same run. */
export interface SpeedLine {
  readonly caller: string;
  /** Requests a second. */
  readonly put: Quartiles;
  readonly claim: Quartiles;
  /** Claims for each put, round by round: what holds when the machine's speed drifts. */
  readonly ratio: Quartiles;
}

const rounds = 15;
const requestsARound = 400;
const inFlight = 16;
/** Claims that one cohort gets: its ledger stays under 1 KB. */
const claimsACohort = 20;

/** Runs rounds of raw puts and of claims in turn, for a partner's system and for a person. */
export async function measureSpeed(): Promise<SpeedLine[]> {
  const { client, name, table, remove } = await createTestTable();
  const raw = DynamoDBDocumentClient.from(client);
  const host = 'org_aaaaaa1';
  const handler = apiHandler(placeRoutes, () => ({
    table,
    clock: systemClock,
    random: randomSource,
    log: { info: () => undefined, warn: () => undefined, failed: () => undefined },
    measure: () => undefined,
  }));
  const callers: readonly ApiCaller[] = [{ kind: 'client', organisation: host, scopes: ['places:write'] }];
  const lambda = lambdaContext();
  const lines: SpeedLine[] = [];
  for (const caller of callers) {
    const puts: number[] = [];
    const claims: number[] = [];
    for (let round = -2; round < rounds; round += 1) {
      const programme = await givenProgramme(table, systemClock, host);
      const cohorts = await Promise.all(
        Array.from(
          { length: requestsARound / claimsACohort },
          async () =>
            await givenOpenCohort(table, systemClock, { host, programme, capacity: 100, waitlist: 20, limit: 120 }),
        ),
      );
      const put = await rate(async (index) => {
        await raw.send(
          new PutCommand({
            TableName: name,
            Item: { pk: `RAW#${String(round)}`, sk: String(index), filler: 'x'.repeat(600) },
          }),
        );
      });
      const claim = await rate(async (index) => {
        const cohort = cohorts[index % cohorts.length] ?? '';
        const event = apiEvent('POST /v1/cohorts/{cohort}/claims', {
          caller,
          path: { cohort },
          body: {},
          headers: { 'idempotency-key': `r${String(round)}-${String(index)}` },
        });
        const { statusCode, body } = await handler(event, lambda);
        if (statusCode !== 201) throw new Error(`A claim was answered with ${String(statusCode)}: ${body}`);
      });
      // The first rounds warm the database and the compiler up.
      if (round >= 0) {
        puts.push(put);
        claims.push(claim);
      }
    }
    const ratio = quartiles(claims.map((claim, index) => claim / (puts[index] ?? claim)));
    lines.push({ caller: caller.kind, put: quartiles(puts), claim: quartiles(claims), ratio });
  }
  await remove();
  return lines;
}

/** Requests a second, so many in flight at once. */
async function rate(request: (index: number) => Promise<void>): Promise<number> {
  let next = 0;
  const began = performance.now();
  const lane = async () => {
    for (let index = next; index < requestsARound; index = next) {
      next += 1;
      await request(index);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (requestsARound * 1000) / (performance.now() - began);
}

/** The quartiles of some numbers. */
export function quartiles(numbers: readonly number[]): Quartiles {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}
