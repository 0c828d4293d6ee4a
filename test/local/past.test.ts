import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClock } from '../../local/clock.ts';
import { CREDENTIALS, REGION } from '../../local/place.ts';
import { startFixture, type FixtureRun } from './fixture-run.ts';

const behind = 70 * 86_400_000;

let folder: string;
let fixture: FixtureRun;
beforeAll(async () => {
  // With a folder to keep things in, a run's table is found by everybody.
  folder = mkdtempSync(join(tmpdir(), 'cohortium-past-'));
  fixture = await startFixture({ folder, databaseEndpoint: '', clock: createClock({ behind }) });
}, 60_000);
afterAll(async () => {
  await fixture.run.stop();
  rmSync(folder, { recursive: true });
});

test('nothing expires by the machine’s time while the run is in the past, and from when it has caught up it does', async () => {
  const { database: endpoint } = fixture.run.endpoints;
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const status = async () => {
    const TableName = fixture.run.tableName;
    return (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription?.TimeToLiveStatus;
  };
  expect(Date.now() - fixture.run.clock.now().getTime()).toBeGreaterThan(behind - 60_000);
  expect(await status()).toBe('DISABLED');
  fixture.run.clock.catchUp();
  const end = performance.now() + 10_000;
  while ((await status()) !== 'ENABLED' && performance.now() < end) await pause(5);
  expect(await status()).toBe('ENABLED');
  client.destroy();
});
