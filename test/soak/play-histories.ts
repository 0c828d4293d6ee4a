import { startDatabase } from '../../local/database.ts';
import { runHistory, type HistoryOptions, type HistoryResult } from './random-history.ts';

/** A database gets no other history once its ledgers have been written so often. */
const writesADatabase = 500;

/**
 * Plays histories, two side by side: while one is being relayed to its end, the other goes on. They have databases of
 * their own, in memory, a new one now and then: DynamoDB Local writes to a table the slower, the more records the streams
 * of its other tables have.
 */
export async function playHistories<Plan extends HistoryOptions>(
  plans: readonly Plan[],
  ended: (result: HistoryResult, plan: Plan) => void,
): Promise<void> {
  const left = [...plans];
  async function playNext(): Promise<void> {
    while (left.length > 0) {
      const database = await startDatabase('memory');
      try {
        for (let made = 0; made < writesADatabase;) {
          const plan = left.shift();
          if (plan === undefined) return;
          const result = await runHistory({ ...plan, endpoint: database.endpoint });
          ended(result, plan);
          made += result.versions;
        }
      } finally {
        await database.stop();
      }
    }
  }
  await Promise.all([playNext(), playNext()]);
}

/** Adds up what histories counted, however deep. */
export function addUp(total: Record<string, unknown>, more: Readonly<Record<string, unknown>>): void {
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
