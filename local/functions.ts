import type { Assembly } from './assembly.ts';
import type { Addresses } from './attributes.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { type Endpoints, readFunctionSettings } from './function-settings.ts';
import type { Invocation } from './invocation.ts';
import type { Log } from './log.ts';
import type { Resolver } from './resolve.ts';

/** All Lambdas of the app. A Lambda is named by its logical id (with or without CDK's digits), its name or its ARN. */
export interface Functions {
  /** Runs one event (JSON text). Refuses (throws) a Lambda that the app does not have. */
  invoke(lambda: string, payload: string): Promise<Invocation>;
  /** The pool of one Lambda, or undefined. */
  find(lambda: string): FunctionPool | undefined;
  readonly pools: readonly FunctionPool[];
  /** Ends all threads. */
  stop(): Promise<void>;
}

/** Makes the Lambdas of an assembly. No thread starts before the first event. */
export function createFunctions(parts: {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly addresses: Addresses;
  readonly endpoints: Endpoints;
  readonly log: Log;
  readonly offset?: BigInt64Array | undefined;
}): Functions {
  const pools = readFunctionSettings(parts.assembly, parts.resolver, parts.addresses, parts.endpoints).map((settings) =>
    createFunctionPool(settings, parts.log, parts.offset),
  );
  const byName = new Map(
    pools.flatMap((pool) => {
      const { logicalId, name, arn } = pool.settings;
      // CDK adds eight hexadecimal digits to a construct's name: people may leave them, and "Lambda" before them, out.
      const construct = logicalId.replace(/[0-9A-F]{8}$/, '');
      return [construct.replace(/Lambda$/, ''), construct, logicalId, name, arn].map((key) => [key, pool]);
    }),
  );

  return {
    pools,
    find: (lambda) => byName.get(lambda),
    async invoke(lambda, payload) {
      const pool = byName.get(lambda);
      if (pool === undefined) throw new Error(`There is no Lambda ${lambda} in this app.`);
      return await pool.invoke(payload);
    },
    async stop() {
      await Promise.all(pools.map((pool) => pool.stop()));
    },
  };
}
