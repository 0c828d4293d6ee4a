import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { JsonObject } from '../../local/json.ts';
import { type LocalRun, type LocalRunOptions, startLocalRun } from '../../local/local-run.ts';
import { createMemoryLog } from '../../local/log.ts';
import { synthesiseFixture } from './fixture-app/synthesise.ts';

const detailSchema = z.looseObject({ note: z.string().optional(), sk: z.string().optional() });
type Detail = z.infer<typeof detailSchema>;

/** What is answered over HTTP; a body that is no JSON object is under `text`. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The fixture app, running. */
export interface FixtureRun {
  readonly run: LocalRun;
  /** What the run said and what its Lambdas printed. */
  readonly lines: readonly string[];
  /** The details of the events that the bus accepted. */
  readonly announced: readonly Detail[];
  ask(
    method: string,
    path: string,
    options?: { readonly headers?: Record<string, string>; readonly body?: string | Buffer<ArrayBuffer> },
  ): Promise<Answered>;
  /** Posts a note, whose `change` says what the relay is to make of it. */
  note(pk: string, more?: Readonly<Record<string, string>>): Promise<void>;
  /** The details that a Lambda printed after a word of its own ("heard", "did"). */
  printed(lambda: 'Listener' | 'Worker'): readonly Detail[];
  /** Waits (10 s at most) until something is so: what a Lambda prints arrives a moment after its answer. */
  until(isSo: () => boolean): Promise<void>;
}

const answeredSchema = z.record(z.string(), z.unknown());

async function answeredOf(response: Response): Promise<Answered> {
  const text = await response.text();
  const { status, headers } = response;
  try {
    return { status, headers, body: answeredSchema.parse(JSON.parse(text)) };
  } catch {
    return { status, headers, body: { text } };
  }
}

/** Starts the fixture app, in memory unless a folder is given. */
export async function startFixture(options: Partial<LocalRunOptions> = {}): Promise<FixtureRun> {
  const { lines, ...log } = createMemoryLog();
  const announced: Detail[] = [];
  const run = await startLocalRun({
    assembly: synthesiseFixture(),
    schedules: false,
    log,
    onEvent: ({ detail }: JsonObject) => void announced.push(detailSchema.parse(detail)),
    ...options,
  });
  const ask: FixtureRun['ask'] = async (method, path, given = {}) =>
    await answeredOf(await fetch(`${run.url}${path}`, { method, ...given }));
  return {
    run,
    lines,
    announced,
    ask,
    async note(pk, more = {}) {
      const body = JSON.stringify({ pk, change: 'announce', ...more });
      const { status } = await ask('POST', '/notes', { headers: { 'content-type': 'application/json' }, body });
      if (status !== 201) throw new Error(`The note was answered ${status}`);
    },
    printed: (lambda) =>
      lines
        .filter((line) => line.startsWith(lambda))
        .flatMap((line) => [...line.matchAll(/^(?:.*\| )?(?:heard|did) (.*)$/gm)])
        .map(([, json = '{}']) => {
          const said = z.looseObject({ detail: detailSchema.optional() }).parse(JSON.parse(json));
          return said.detail ?? detailSchema.parse(said);
        }),
    async until(isSo) {
      const end = performance.now() + 10_000;
      while (!isSo()) {
        if (performance.now() > end) throw new Error(`It did not come about:\n${lines.join('\n')}`);
        await pause(2);
      }
    },
  };
}
