import { setTimeout as pause } from 'node:timers/promises';
import type { AsyncInvocations } from './async-invocations.ts';
import type { Functions } from './functions.ts';
import type { MappingHandles } from './start-mappings.ts';

/** Resolves when nothing has had anything ready to do, twice over: what one part ends another may begin. */
export async function untilIdle(parts: {
  readonly functions: Functions;
  readonly invocations: AsyncInvocations;
  readonly mappings: MappingHandles;
}): Promise<void> {
  const { functions, invocations, mappings } = parts;
  const working = () =>
    !invocations.quiet() ||
    functions.pools.some(({ busy }) => busy > 0) ||
    !mappings.quietSince(Number.NEGATIVE_INFINITY);
  for (let calm = 0; calm < 2; calm += 1) {
    for (const since = performance.now(); !mappings.quietSince(since) || working(); await pause(5)) {
      mappings.nudge();
      // What is at work now may begin something elsewhere: both rounds start over.
      if (working()) calm = -1;
    }
  }
}
