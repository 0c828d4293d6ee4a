import { startDatabase } from '../../local/database.ts';
import { runHistory, type HistoryOptions, type HistoryResult } from './random-history.ts';

/**
 * Plays histories, two side by side: while one is being relayed to its end, the other goes on. Each has a database of its
 * own, in memory: DynamoDB Local writes to a table the slower, the more records the streams of its other tables have.
 */
export async function playHistories<Plan extends HistoryOptions>(
  plans: readonly Plan[],
  ended: (result: HistoryResult, plan: Plan) => void,
): Promise<void> {
  const left = [...plans];
  async function playNext(): Promise<void> {
    for (let plan = left.shift(); plan !== undefined; plan = left.shift()) {
      const database = await startDatabase('memory');
      try {
        ended(await runHistory({ ...plan, endpoint: database.endpoint }), plan);
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
