import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { addUp, playHistories } from './play-histories.ts';

/**
 * `npm run soak`: random histories under faults, checked (docs/architecture.md). Ends with code 1 when something was wrong.
 * The same seed gives the same cohorts, requests and faults; who comes first in the database is the machine's.
 */
const { values: given } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
    decisions: { type: 'string', default: '100000' },
    'in-flight': { type: 'string', default: '32' },
  },
});
const {
  seed,
  decisions,
  'in-flight': inFlight,
} = z
  .object({
    seed: z.coerce.number().int().min(0),
    decisions: z.coerce.number().int().min(1),
    'in-flight': z.coerce.number().int().min(1).max(200),
  })
  .parse(given);

/** A history is this long at most: what the checker has to remember is bounded by it. */
const decisionsAHistory = 2500;
/** One history in this many also loses stream records, so that the repairing sweep has to tell things anew. */
const losingHistories = 5;
const secondsBetweenLines = 10;

function minutesOf(seconds: number): string {
  return `${String(Math.floor(seconds / 60))} min ${String(Math.round(seconds % 60))} s`;
}

/** Prints a line now and then on how far all histories have come. */
function progress(): (more: number) => void {
  const started = performance.now();
  let [printed, sent] = [started, 0];
  return (more) => {
    sent += more;
    const now = performance.now();
    if (now - printed < secondsBetweenLines * 1000) return;
    printed = now;
    const rate = sent / ((now - started) / 1000);
    const left = minutesOf((decisions - sent) / rate);
    console.log(`${String(sent)} of ${String(decisions)} decisions, ${rate.toFixed(0)} a second, ${left} left`);
  };
}

/** The histories that make up all decisions, each with a seed that follows from the first. */
function planned(show: (more: number) => void) {
  return Array.from({ length: Math.ceil(decisions / decisionsAHistory) }, (_, history) => {
    let shown = 0;
    return {
      seed: seed + history,
      decisions: Math.min(decisionsAHistory, decisions - history * decisionsAHistory),
      inFlight,
      rates: { lostRecords: history % losingHistories === losingHistories - 1 ? 0.02 : 0 },
      progress: (sent: number) => {
        show(sent - shown);
        shown = sent;
      },
    };
  });
}

const again = `npm run soak -- --seed ${String(seed)} --decisions ${String(decisions)}`;
console.log(
  `seed ${String(seed)}: ${String(decisions)} decisions, ${String(inFlight)} at once in each of two histories`,
);
const started = performance.now();
const total: Record<string, unknown> = {};
const examples: string[] = [];
await playHistories(planned(progress()), ({ violations, ...result }, plan) => {
  addUp(total, { histories: 1, ...result, violations: violations.counts });
  for (const { kind, where, what } of violations.examples) {
    const example = `${kind} (history with seed ${String(plan.seed)}, ${where}): ${what}`;
    examples.push(example);
    console.log(example);
  }
});
console.dir(total, { depth: 6 });
for (const example of examples) console.log(example);
const verdict = examples.length === 0 ? 'No violations' : 'VIOLATIONS';
console.log(
  `${verdict} in ${String(decisions)} decisions, ${minutesOf((performance.now() - started) / 1000)}. Again: ${again}`,
);
if (examples.length > 0) process.exitCode = 1;
