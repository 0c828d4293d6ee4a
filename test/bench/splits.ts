import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { shareOut } from '../../shared/costs/share-out.ts';
import { oddPennies, trySplits, type SplitFault } from '../rules/costs/try-splits.ts';
import { wrongDivisions } from '../rules/costs/wrong-divisions.ts';

/**
 * `npm run splits`: random costs shared out by every rule, each checked against exact fractions (test/rules/costs), and two
 * wrong ways to divide that the same checker has to find out. Ends with code 1 when something was wrong. The same
 * seed gives the same splits.
 */
const { values: given } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
    splits: { type: 'string', default: '100000' },
  },
});
const { seed, splits } = z
  .object({ seed: z.coerce.number().int().min(0), splits: z.coerce.number().int().min(1) })
  .parse(given);

/** A wrong division is found out in so few. */
const controlSplits = 10_000;
const cohorts = 70_000;
const secondsBetweenLines = 10;

const words: readonly (readonly [SplitFault, string])[] = [
  ['sum', 'do not add up to the cost'],
  ['off-by-a-penny', 'have a share that is a whole penny or more from its exact value'],
  ['organisations', 'miss an organisation, or have one too many'],
  ['vat', 'have the wrong VAT'],
  ['tickets', 'name the wrong places'],
  ['order', 'are others when the places come in another order'],
  ['again', 'are others when they are made again'],
];

/** Prints a line now and then on how far it has come. */
function progress(): () => void {
  let [done, printed] = [0, performance.now()];
  return () => {
    done += 1;
    if (done % 1000 > 0 || performance.now() - printed < secondsBetweenLines * 1000) return;
    printed = performance.now();
    console.log(`${String(done)} of ${String(splits)} splits`);
  };
}

function shown(count: number): string {
  return count.toLocaleString('en-GB');
}

console.log(`${shown(splits)} splits over all rules, --seed ${String(seed)}`);
const started = performance.now();
const { faults, furthest } = trySplits(shareOut, { splits, seed }, progress());
const seconds = (performance.now() - started) / 1000;
for (const [fault, text] of words) console.log(`${shown(faults[fault] ?? 0).padStart(9)} ${text}`);
console.log(`The share that is furthest from its exact value is ${furthest.toFixed(4)} of a penny from it.`);
console.log(`${seconds.toFixed(1)} s, each shared out twice, and one in nine a third time.`);

const odd = [...oddPennies(shareOut, { cohorts, seed }).values()].map((count) => (100 * count) / cohorts);
console.log(
  `One odd penny among seven, in ${shown(cohorts)} cohorts: each had it in ${Math.min(...odd).toFixed(2)} to ` +
    `${Math.max(...odd).toFixed(2)} per cent of them (a seventh is 14.29).`,
);
const isSpread = odd.length === 7 && odd.every((percent) => Math.abs(percent - 100 / 7) < 1);

const unnoticed = Object.entries(wrongDivisions).filter(([name, division]) => {
  const found = Object.entries(trySplits(division, { splits: controlSplits, seed }).faults);
  const counts = found.map(([fault, count]) => `${fault} ${shown(count)}`).join(', ');
  console.log(
    `Control, ${name}: ${counts === '' ? 'NOT found out' : `found out (${counts})`} of ${shown(controlSplits)}`,
  );
  return found.length === 0;
});

const isRight = Object.keys(faults).length === 0 && isSpread && unnoticed.length === 0;
console.log(isRight ? 'Not a penny lost or invented.' : 'SOMETHING IS WRONG');
process.exitCode = isRight ? 0 : 1;
