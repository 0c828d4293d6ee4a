import { parseArgs } from 'node:util';
import { z } from 'zod';

/** How `npm start` is asked to run. */
export interface StartOptions {
  /** Port of the API; the issuer and this machine's AWS take the next two. */
  readonly port: number;
  /** Begin with an empty database. */
  readonly fresh: boolean;
  /** Load the sample data where nothing is kept of an earlier run. */
  readonly sample: boolean;
  /** Seconds by which changes are announced late. */
  readonly relayDelay: number;
}

export const usage = `npm start -- [options]
  --port <number>          port of the API (3000); the two after it are used as well
  --fresh                  begin with an empty database
  --empty                  do not load the sample data
  --relay-delay <seconds>  announce changes late by so much, 0 to 60 (0)`;

const optionsSchema = z.object({
  port: z.coerce.number('A port is a number').int().min(1).max(65_533).default(3000),
  fresh: z.boolean().default(false),
  empty: z.boolean().default(false),
  'relay-delay': z.coerce.number('A delay is a number of seconds').min(0).max(60).default(0),
});

/** Reads the options of the command line. Refuses (throws), with the usage, what it does not know. */
export function readOptions(given: readonly string[]): StartOptions | 'help' {
  const parsed = parse(given);
  if (parsed.help === true) return 'help';
  const options = optionsSchema.safeParse(parsed);
  if (!options.success) throw new Error(`${z.prettifyError(options.error)}\n\n${usage}`);
  const { port, fresh, empty } = options.data;
  return { port, fresh, sample: !empty, relayDelay: options.data['relay-delay'] };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        port: { type: 'string' },
        fresh: { type: 'boolean' },
        empty: { type: 'boolean' },
        'relay-delay': { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, { cause: error });
  }
}
