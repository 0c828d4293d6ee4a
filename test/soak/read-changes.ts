import { unmarshall } from '@aws-sdk/util-dynamodb';
import { setTimeout as pause } from 'node:timers/promises';
import { openStream } from '../support/stream.ts';
import type { TestTable } from '../support/table.ts';
import type { HistoryChecker } from './check-history.ts';
import type { Lanes } from './relay-lanes.ts';

export interface ChangeReader {
  /** Reads to the end of what has been written, and stops. */
  finish(): Promise<void>;
}

/**
 * Reads the table's own stream: each image of a ledger goes to the checker and on its lane, but for those that `isLost`
 * picks, which no relay ever sees.
 */
export async function readChanges(
  { client, streamArn }: TestTable,
  checker: HistoryChecker,
  lanes: Lanes,
  isLost: () => boolean,
  onFault: (error: unknown) => void,
): Promise<ChangeReader> {
  const stream = await openStream(client, streamArn);
  let finishing = false;
  async function read(): Promise<void> {
    for (;;) {
      const last = finishing;
      const records = await stream.next();
      for (const record of records) {
        const image = record.dynamodb?.NewImage;
        if (record.dynamodb?.Keys?.['sk']?.S !== 'LEDGER' || image === undefined) continue;
        const lost = isLost();
        checker.image(unmarshall(image), { lost });
        if (!lost) lanes.push(record);
      }
      if (last && records.length === 0) return;
      if (records.length < 100) await pause(300);
    }
  }
  const reading = read().catch(onFault);
  return {
    async finish() {
      finishing = true;
      await reading;
      stream.close();
    },
  };
}
