import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import startDatabase from '../support/start-database.js';
import stopDatabase from '../support/stop-database.js';
import { runHistory } from './random-history.ts';

console.log(availableParallelism(), parseArgs);
await startDatabase();
const started = performance.now();
const seed = Number(process.argv[2] ?? 1);
const n = Number(process.argv[3] ?? 300);
try {
  const r = await runHistory({
    seed,
    decisions: n,
    progress: (d) => process.stdout.write(`${d} ${Math.round(performance.now() - started)}\n`),
  });
  console.dir({ ...r, violations: r.violations.counts }, { depth: 5 });
  console.dir(r.violations.examples, { depth: 5 });
  console.log(performance.now() - started, process.memoryUsage().rss / 1e6);
} finally {
  await stopDatabase();
}
