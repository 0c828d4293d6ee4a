/**
 * A local run in a process of its own, for a test that ends it as a crash would: `node run-apart.ts <assembly> <folder>`.
 * Each line that it prints is JSON: first where it is and a token of each person, then every event that the bus accepts.
 */
import { createMemoryLog } from '../../local/log.ts';
import { startLocalRun } from '../../local/local-run.ts';
import { londonPeople } from './london.ts';

const [, , assembly = '', folder = ''] = process.argv;
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const run = await startLocalRun({
  assembly,
  folder,
  databaseEndpoint: '',
  people: londonPeople,
  schedules: false,
  log: createMemoryLog(),
  onEvent: print,
});
const tokens: Record<string, string> = {};
for (const { id } of londonPeople) tokens[id] = await run.tokenFor(id);
print({ url: run.url, tokens });
