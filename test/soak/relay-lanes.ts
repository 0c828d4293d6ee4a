import type { _Record as Stored } from '@aws-sdk/client-dynamodb-streams';
import { setTimeout as pause } from 'node:timers/promises';
import type { relayRecords } from '../../functions/relay/relay-records.ts';
import { shardOf } from '../../shared/table/keys.ts';
import { epoch } from './expected-events.ts';
import type { MortalPublisher } from './mortal-publisher.ts';
import type { Rates } from './rates.ts';

const laneCount = 4;
/** A lane rests up to this long between two batches. */
const mostLagMilliseconds = 200;
const batchSize = 25;
/** How often a batch is tried before it is given up for good; with the faults of a history it is done long before. */
const mostTries = 200;
/** How many batches that were relayed are remembered, to be sent again much later. */
const rememberedBatches = 50;

export interface Lanes {
  push(record: Stored): void;
  /** Relays what is left, then batches of long ago once more, and stops. */
  finish(): Promise<void>;
  /** Batches; records twice in one batch, batches before their turn, batches of long ago once more; relays that died. */
  readonly counts: { batches: number; doubled: number; reordered: number; again: number; killed: number };
}

/** Publishes a batch, as `relayRecords` does. */
export type Relay = typeof relayRecords;

export interface LaneOptions {
  readonly startRelay: () => MortalPublisher;
  readonly relayBatch: Relay;
  readonly rates: Pick<Rates, 'doubled' | 'reordered' | 'again'>;
  readonly numbers: () => number;
  readonly onFault: (error: unknown) => void;
}

/**
 * Relays records in four lanes by partition key, as AWS's shards are, each with its own random lag: batches come twice,
 * in the wrong order, or again when they are long done, and relays die in the middle of them. What fails is sent again
 * from the first record that failed, as Lambda does.
 */
export function startLanes({ startRelay, relayBatch, rates, numbers, onFault }: LaneOptions): Lanes {
  const queues: Stored[][] = Array.from({ length: laneCount }, () => []);
  const remembered: (readonly Stored[])[] = [];
  const counts = { batches: 0, doubled: 0, reordered: 0, again: 0, killed: 0 };
  const state = { finishing: false };

  /** Sends a batch until all of it is published. */
  async function relay(batch: readonly Stored[], started = startRelay()): Promise<MortalPublisher> {
    let container = started;
    let left = batch;
    counts.batches += 1;
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === mostTries) throw new Error('A batch could not be relayed');
      if (container.dead) {
        counts.killed += 1;
        container = startRelay();
      }
      try {
        const { failures } = await relayBatch(container.publisher, epoch, left);
        for (const { error } of failures) onFault(error);
        const failed = new Set(failures.map(({ sequenceNumber }) => sequenceNumber));
        const first = left.findIndex(({ dynamodb }) => failed.has(dynamodb?.SequenceNumber ?? ''));
        left = first === -1 ? [] : left.slice(first);
      } catch (error) {
        onFault(error);
      }
    }
    return container;
  }

  async function again(): Promise<void> {
    const batch = remembered[Math.floor(numbers() * remembered.length)];
    if (batch === undefined) return;
    counts.again += 1;
    await relay(batch);
  }

  async function runLane(queue: Stored[]): Promise<void> {
    let container = startRelay();
    while (!state.finishing || queue.length > 0) {
      await pause(numbers() * (state.finishing ? 2 : mostLagMilliseconds));
      const batch = queue.splice(0, 1 + Math.floor(numbers() * Math.min(batchSize, queue.length)));
      if (batch.length === 0) continue;
      const swapped = numbers() < rates.reordered ? queue.splice(0, 10) : [];
      if (swapped.length > 0) {
        counts.reordered += 1;
        container = await relay(swapped, container);
      }
      const twice = numbers() < rates.doubled ? batch.slice(-3) : [];
      if (twice.length > 0) counts.doubled += 1;
      container = await relay([...batch, ...twice], container);
      if (numbers() < rates.again) await again();
      const isFull = remembered.length === rememberedBatches;
      remembered[isFull ? Math.floor(numbers() * rememberedBatches) : remembered.length] = batch;
    }
  }

  const running = Promise.all(queues.map(async (queue) => await runLane(queue).catch(onFault)));
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
