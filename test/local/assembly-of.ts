import type { Assembly, Resource } from '../../local/assembly.ts';
import type { JsonObject } from '../../local/json.ts';

/** A resource of a made-up template; its stack is `Stack` unless it says another. */
interface Given {
  readonly type: string;
  readonly properties?: JsonObject;
  readonly stack?: string;
  readonly condition?: string;
}

/** An assembly with these resources by logical id, and nothing of its own on disc. */
export function assemblyOf(resources: Readonly<Record<string, Given>>, more: Partial<Assembly> = {}): Assembly {
  const all: Resource[] = Object.entries(resources).map(
    ([logicalId, { type, properties = {}, stack = 'Stack', condition }]) => ({
      stack,
      logicalId,
      type,
      properties,
      path: `${stack}/${logicalId}`,
      condition,
    }),
  );
  return {
    folder: 'nowhere',
    resources: all,
    outputs: [],
    exports: new Map(),
    parameters: new Map(),
    assetFolder: (key) => `nowhere/${key}`,
    ...more,
  };
}
