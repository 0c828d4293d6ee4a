import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startDatabase } from '../../local/database.ts';
import { runHistory, type HistoryResult } from './random-history.ts';
import type { Violation } from './violations.ts';

const { values: given } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
    decisions: { type: 'string', default: '100000' },
    'a-history': { type: 'string', default: '5000' },
    'in-flight': { type: 'string', default: '32' },
  },
});
const options = z
  .object({
    seed: z.coerce.number().int().min(0),
    decisions: z.coerce.number().int().min(1),
    'a-history': z.coerce.number().int().min(1).max(20_000),
    'in-flight': z.coerce.number().int().min(1).max(200),
  })
  .parse(given);

/** One history in this many also loses stream records, so that the repairing sweep has to tell things anew. */
const losingHistories = 5;
const secondsBetweenLines = 10;

/** Adds up what histories counted, however deep. */
function addUp(total: Record<string, unknown>, more: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(more)) {
    const sum = total[name];
    if (typeof value === 'number') total[name] = (typeof sum === 'number' ? sum : 0) + value;
    else if (isRecord(value)) {
      const inner = isRecord(sum) ? sum : {};
      total[name] = inner;
      addUp(inner, value);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function minutesOf(seconds: number): string {
  return `${String(Math.floor(seconds / 60))} min ${String(Math.round(seconds % 60))} s`;
}

/** Prints a line of progress now and then. */
function progress(): (decisions: number) => void {
  const started = performance.now();
  let printed = started;
  return (decisions) => {
    const now = performance.now();
    if (now - printed < secondsBetweenLines * 1000) return;
    printed = now;
    const rate = decisions / ((now - started) / 1000);
    const left = minutesOf((options.decisions - decisions) / rate);
    console.log(
      `${String(decisions)} of ${String(options.decisions)} decisions, ${rate.toFixed(0)} a second, ${left} left`,
    );
  };
}

async function soak(): Promise<boolean> {
  const total: Record<string, unknown> = {};
  const examples: Violation[] = [];
  const started = performance.now();
  const show = progress();
  let done = 0;
  for (let history = 0; done < options.decisions; history += 1) {
    const seed = options.seed + history;
    const decisions = Math.min(options['a-history'], options.decisions - done);
    const before = done;
    const { violations, ...result }: HistoryResult = await runHistory({
      seed,
      decisions,
      inFlight: options['in-flight'],
      rates: { lostRecords: history % losingHistories === losingHistories - 1 ? 0.02 : 0 },
      progress: (sent) => show(before + sent),
    });
    addUp(total, { ...result, violations: violations.counts });
    examples.push(
      ...violations.examples.map(({ where, ...rest }) => ({ ...rest, where: `seed ${String(seed)}: ${where}` })),
    );
    done += decisions;
  }
  console.dir(total, { depth: 6 });
  for (const { kind, where, what } of examples) console.log(`${kind} (${where}): ${what}`);
  const found = isRecord(total['violations']) ? Object.keys(total['violations']).length : 0;
  console.log(
    `${found === 0 ? 'No violations' : 'VIOLATIONS'} in ${String(options.decisions)} decisions, seed ${String(options.seed)}, ` +
      `${minutesOf((performance.now() - started) / 1000)}. Again: npm run soak -- --seed ${String(options.seed)} --decisions ${String(options.decisions)}`,
  );
  return found === 0;
}

const database = process.env['DYNAMODB_ENDPOINT'] === undefined ? await startDatabase('memory') : undefined;
if (database !== undefined) process.env['DYNAMODB_ENDPOINT'] = database.endpoint;
console.log(
  `seed ${String(options.seed)}: ${String(options.decisions)} decisions, ${String(options['in-flight'])} at once`,
);
try {
  if (!(await soak())) process.exitCode = 1;
} finally {
  await database?.stop();
}
