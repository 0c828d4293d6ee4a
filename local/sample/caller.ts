import type { z } from 'zod';
import type { LocalRun } from '../local-run.ts';

/** Something asked of the API; with a body, or without a method, it is a POST. */
interface Asked {
  /** A sample person, by short name. */
  readonly person: string;
  /** The organisation that they act for. */
  readonly organisation?: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** The version that is changed, as the caller has seen it. */
  readonly seen?: number;
  readonly body?: unknown;
}

/** The API as sample people call it. */
export interface Caller {
  /** Sends a request and parses its answer. Refuses (throws), with the problem that was answered, all but 2xx. */
  send<T>(asked: Asked, schema: z.ZodType<T>): Promise<T>;
}

/** Opens the API of a run for its sample people. */
export function openCaller(run: Pick<LocalRun, 'url' | 'tokenFor'>): Caller {
  let sent = 0;
  return {
    async send({ person, organisation, method = 'POST', path, seen, body = {} }, schema) {
      sent += 1;
      const response = await fetch(`${run.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await run.tokenFor(person)}`,
          'content-type': 'application/json',
          'idempotency-key': `sample-${String(sent)}`,
          ...(organisation === undefined ? {} : { 'cohortium-organisation': organisation }),
          ...(seen === undefined ? {} : { 'if-match': `"${String(seen)}"` }),
        },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} as ${person} was answered with ${text}`);
      return schema.parse(JSON.parse(text));
    },
  };
}
