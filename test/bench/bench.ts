import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startDatabase } from '../../local/database.ts';
import { openFreshDatabase } from '../support/table.ts';
import { measureBundles } from './bundles.ts';
import { measureCapacity } from './capacity.ts';
import { measureImports } from './imports.ts';
import { measureLostAcknowledgements } from './lost-acknowledgements.ts';
import { measureNetting } from './netting.ts';
import { measurePostings } from './postings.ts';
import { pageOf } from './page.ts';
import {
  bundleTable,
  capacityTables,
  importTable,
  lostTable,
  nettingTable,
  postingsTable,
  speedTable,
} from './report.ts';
import { measureSpeed } from './speed.ts';

const { values: given } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: true } },
  allowNegative: true,
});
const options = z
  .object({
    only: z.enum(['capacity', 'speed', 'imports', 'netting', 'postings', 'bundles']).optional(),
    write: z.boolean(),
  })
  .parse(given);
const seed = 7;

/** Measures a part unless another alone was asked for, and prints its tables as soon as they are there. */
async function measure<T>(
  part: NonNullable<typeof options.only>,
  work: () => Promise<T>,
  show: (measured: T) => string,
) {
  if (options.only !== undefined && options.only !== part) return undefined;
  console.log(`Measuring ${part} ...`);
  const measured = await work();
  console.log(`\n${show(measured)}\n`);
  return measured;
}

function describeMachine(): string {
  const java = /version "([^"]+)"/.exec(execFileSync('sh', ['-c', 'java -version 2>&1'], { encoding: 'utf8' }))?.[1];
  const memory = Math.round(totalmem() / 1024 ** 3);
  const before = (loadavg()[0] ?? 0).toFixed(1);
  return `${String(availableParallelism())} cores, ${String(memory)} GB, ${process.platform} ${process.arch}; Node ${process.versions.node}, Java ${java ?? 'elsewhere'}; DynamoDB Local in memory on the
same machine. When it began, ${before} processes were busy on average: where those are as many as the cores or more, the machine
was shared, times are longer for it, and ratios are spread more.`;
}

const machine = describeMachine();
const elsewhere = process.env['DYNAMODB_ENDPOINT'];
const database = elsewhere === undefined ? await startDatabase('memory', 'full') : undefined;
try {
  process.env['DYNAMODB_ENDPOINT'] = database?.endpoint ?? elsewhere;
  const units = await measure(
    'capacity',
    async () => {
      const capacity = await measureCapacity();
      openFreshDatabase();
      return { capacity, lost: await measureLostAcknowledgements(100, 0.05, seed) };
    },
    ({ capacity, lost }) => `${capacityTables(capacity)}\n\n${lostTable(lost)}`,
  );
  const speed = await measure('speed', measureSpeed, speedTable);
  const imports = await measure(
    'imports',
    async () => {
      openFreshDatabase();
      return await measureImports(5000);
    },
    importTable,
  );
  const netting = await measure('netting', async () => await Promise.resolve(measureNetting()), nettingTable);
  const postings = await measure(
    'postings',
    async () => {
      openFreshDatabase();
      return await measurePostings([1000, 10_000, 100_000], { lines: [10, 100, 1000], rounds: 9 });
    },
    postingsTable,
  );
  const bundles = await measure('bundles', async () => await Promise.resolve(measureBundles()), bundleTable);
  if (options.write && units && speed && imports && netting && postings && bundles) {
    const page = pageOf({ ...units, speed, imports, netting, postings, bundles, machine });
    writeFileSync(new URL('../../docs/performance.md', import.meta.url), page);
    console.log('Written to docs/performance.md');
  }
} finally {
  await database?.stop();
}
