import { z } from 'zod';
import { readKept, writeKept } from './kept-file.ts';
import type { Position } from './stream-position.ts';
import { LANES } from './stream-record.ts';

/** How far each lane of a mapping is, kept between runs. */
export interface Checkpoint {
  /** Where the last run's lanes were; undefined where one had taken nothing. */
  readonly kept: readonly (Position | undefined)[];
  save(positions: readonly (Position | undefined)[]): void;
}

const keptSchema = z.object({
  stream: z.string(),
  lanes: z.array(z.object({ shard: z.string(), sequence: z.string().optional() }).nullable()).length(LANES),
});

function readLanes(file: string | undefined, streamArn: string): (Position | undefined)[] {
  const kept = keptSchema.safeParse(file === undefined ? undefined : readKept(file));
  // A stream made anew has another ARN, and another number of lanes splits it otherwise: both are read from their start.
  if (!kept.success || kept.data.stream !== streamArn) return [];
  return kept.data.lanes.map((lane) => (lane === null ? undefined : { shard: lane.shard, sequence: lane.sequence }));
}

/** Opens the checkpoint of a mapping; without a file nothing is kept. */
export function openCheckpoint(file: string | undefined, streamArn: string): Checkpoint {
  const kept = readLanes(file, streamArn);
  let saved = JSON.stringify(kept);
  return {
    kept,
    save(positions) {
      const text = JSON.stringify(positions);
      if (file === undefined || text === saved) return;
      saved = text;
      const lanes = positions.map((position) =>
        position === undefined
          ? null
          : {
              shard: position.shard,
              ...(position.sequence === undefined ? {} : { sequence: position.sequence }),
            },
      );
      writeKept(file, { stream: streamArn, lanes });
    },
  };
}
