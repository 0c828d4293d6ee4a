import type { _Record as Stored } from '@aws-sdk/client-dynamodb-streams';
import { setTimeout as pause } from 'node:timers/promises';
import { relayRecords } from '../../functions/relay/relay-records.ts';
import { shardOf } from '../../shared/table/keys.ts';
import { isInjected } from '../support/faults.ts';
import { epoch } from './check-announcements.ts';
import { Killed, type MortalPublisher } from './mortal-publisher.ts';

const laneCount = 4;
/** A lane rests up to this long between two batches. */
const mostLagMilliseconds = 120;
const batchSize = 60;
/** How many batches that were relayed are remembered, to be sent again much later. */
const rememberedBatches = 200;

export interface Lanes {
  push(record: Stored): void;
  /** Relays what is left, then batches of long ago once more, and stops. */
  finish(): Promise<void>;
  readonly counts: { batches: number; repeated: number; killed: number };
}

/**
 * Relays records in four lanes by partition key, as AWS's shards are, each with its own random lag: batches come twice,
 * in the wrong order, or again when they are long done, and relays die in the middle of them. What fails is sent again
 * from the first record that failed, as Lambda does.
 */
export function startLanes(
  startRelay: () => MortalPublisher,
  numbers: () => number,
  onFault: (error: unknown) => void,
): Lanes {
  const queues: Stored[][] = Array.from({ length: laneCount }, () => []);
  const remembered: (readonly Stored[])[] = [];
  const counts = { batches: 0, repeated: 0, killed: 0 };
  const state = { finishing: false };

  /** Sends a batch until all of it is published. */
  async function relay(batch: readonly Stored[], started = startRelay()): Promise<MortalPublisher> {
    let container = started;
    let left = batch;
    counts.batches += 1;
    while (left.length > 0) {
      if (container.dead) {
        counts.killed += 1;
        container = startRelay();
      }
      try {
        const { failures } = await relayRecords(container.publisher, epoch, left);
        for (const { error } of failures) if (!isExpected(error)) onFault(error);
        const failed = new Set(failures.map(({ sequenceNumber }) => sequenceNumber));
        const first = left.findIndex(({ dynamodb }) => failed.has(dynamodb?.SequenceNumber ?? ''));
        left = first === -1 ? [] : left.slice(first);
      } catch (error) {
        if (!isExpected(error)) onFault(error);
      }
    }
    return container;
  }

  async function again(): Promise<void> {
    const batch = remembered[Math.floor(numbers() * remembered.length)];
    if (batch === undefined) return;
    counts.repeated += 1;
    await relay(batch);
  }

  async function runLane(queue: Stored[]): Promise<void> {
    let container = startRelay();
    while (!state.finishing || queue.length > 0) {
      await pause(numbers() * (state.finishing ? 2 : mostLagMilliseconds));
      const batch = queue.splice(0, 1 + Math.floor(numbers() * batchSize));
      if (batch.length === 0) continue;
      const swapped = numbers() < 0.05 ? queue.splice(0, 10) : [];
      if (swapped.length > 0) container = await relay(swapped, container);
      const twice = numbers() < 0.05 ? batch.slice(-3) : [];
      container = await relay([...batch, ...twice], container);
      remembered[Math.floor(numbers() * rememberedBatches)] = batch;
      if (numbers() < 0.08) await again();
    }
  }

  const running = Promise.all(queues.map(runLane));
  return {
    counts,
    push(record) {
      const shard = shardOf(record.dynamodb?.Keys?.['pk']?.S ?? '');
      queues[shard]?.push(record);
    },
    async finish() {
      state.finishing = true;
      await running;
      await Promise.all([again(), again(), again()]);
    },
  };
}

function isExpected(error: unknown): boolean {
  return error instanceof Killed || isInjected(error);
}
