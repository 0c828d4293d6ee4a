import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startDatabase } from '../../local/database.ts';
import { runHistory } from './random-history.ts';

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
const sideBySide = 2;
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

/** Prints a line of progress now and then, of what all histories have sent. */
function progress(): (more: number) => void {
  const started = performance.now();
  let [printed, sent] = [started, 0];
  return (more) => {
    sent += more;
    const now = performance.now();
    if (now - printed < secondsBetweenLines * 1000) return;
    printed = now;
    const rate = sent / ((now - started) / 1000);
    const left = minutesOf((options.decisions - sent) / rate);
    console.log(`${String(sent)} of ${String(options.decisions)} decisions, ${rate.toFixed(0)} a second, ${left} left`);
  };
}

/** Plays histories until all decisions are made, a few side by side: while one is being relayed to its end, others go on. */
async function playAll(play: (history: number, decisions: number) => Promise<void>): Promise<void> {
  let [histories, left] = [0, options.decisions];
  async function playNext(): Promise<void> {
    while (left > 0) {
      const decisions = Math.min(options['a-history'], left);
      left -= decisions;
      histories += 1;
      await play(histories - 1, decisions);
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, playNext));
}

/** Whether there was no violation. */
async function soak(): Promise<boolean> {
  const total: Record<string, unknown> = {};
  const examples: string[] = [];
  const started = performance.now();
  const show = progress();
  await playAll(async (history, decisions) => {
    const seed = options.seed + history;
    let sent = 0;
    const { violations, ...result } = await runHistory({
      seed,
      decisions,
      inFlight: options['in-flight'],
      rates: { lostRecords: history % losingHistories === losingHistories - 1 ? 0.02 : 0 },
      progress: (now) => {
        show(now - sent);
        sent = now;
      },
    });
    addUp(total, { histories: 1, ...result, violations: violations.counts });
    for (const { kind, where, what } of violations.examples) {
      examples.push(`${kind} (history with seed ${String(seed)}, ${where}): ${what}`);
      console.log(examples.at(-1));
    }
  });
  console.dir(total, { depth: 6 });
  for (const example of examples) console.log(example);
  const verdict = examples.length === 0 ? 'No violations' : 'VIOLATIONS';
  const took = minutesOf((performance.now() - started) / 1000);
  const again = `npm run soak -- --seed ${String(options.seed)} --decisions ${String(options.decisions)}`;
  console.log(`${verdict} in ${String(options.decisions)} decisions, ${took}. Again: ${again}`);
  return examples.length === 0;
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
