import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from './assembly.ts';
import type { MovableClock } from './clock.ts';
import { createEndings } from './endings.ts';
import { untilIdle } from './idle.ts';
import type { Invocation } from './invocation.ts';
import { textOf } from './json.ts';
import type { LocalRunOptions } from './local-run-options.ts';
import type { Queue } from './queue.ts';
import { findPerson, type Person, people as samplePeople } from './sample/people.ts';
import { type Parts, startParts } from './start-parts.ts';
import { refuseUnsupported } from './template-support.ts';

export type { LocalRunOptions } from './local-run-options.ts';

/** The synthesised app, running on this machine. */
export interface LocalRun {
  /** The API's address, without a slash at the end. */
  readonly url: string;
  readonly issuer: string;
  readonly audience: string;
  readonly endpoints: { readonly database: string; readonly aws: string };
  readonly tableName: string;
  /** The stacks' outputs by logical id. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Where checkpoints, logs and failed records lie. */
  readonly folder: string;
  readonly clock: MovableClock;
  /** An identity token of a sample person (by short name), or of any person given. */
  tokenFor(person: string | Person): Promise<string>;
  /** Runs a Lambda by its logical id, with or without CDK's digits. */
  invoke(lambda: string, payload: unknown): Promise<Invocation>;
  /** Ends all threads of a Lambda in the middle of their work. */
  killWorkers(lambda: string): Promise<void>;
  /** Makes the stream's lanes late, in milliseconds; `jitter` is each lane's own share at random. */
  setRelayDelay(delay: number, jitter?: number): void;
  queue(name: string): Queue | undefined;
  /** Resolves when streams are read to their end and queues and asynchronous invocations have nothing ready to do. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

function outputsOf({ assembly, resolver }: Parts): Record<string, string> {
  return Object.fromEntries(
    assembly.outputs.map(({ stack, logicalId, value }) => [
      logicalId,
      textOf(resolver.value(stack, value, `${stack}.Outputs.${logicalId}`)),
    ]),
  );
}

function personOf(person: string | Person, people: readonly Person[]): Person {
  const known = typeof person === 'string' ? (people.find(({ id }) => id === person) ?? findPerson(person)) : person;
  if (known === undefined) throw new Error(`There is no sample person ${JSON.stringify(person)}.`);
  return known;
}

function runOf(parts: Parts): LocalRun {
  const { addresses, endings, functions, mappings, options } = parts;
  let stopped: Promise<void> | undefined;
  return {
    url: addresses.api,
    issuer: addresses.issuer,
    audience: parts.audience,
    endpoints: parts.endpoints,
    tableName: parts.table.name,
    outputs: outputsOf(parts),
    folder: parts.folder,
    clock: parts.clock,
    tokenFor: async (person) =>
      await parts.signer.identityToken(personOf(person, options.people ?? samplePeople), undefined),
    invoke: (lambda, payload) => functions.invoke(lambda, JSON.stringify(payload)).finally(() => mappings.nudge()),
    async killWorkers(lambda) {
      const pool = functions.find(lambda);
      if (pool === undefined) throw new Error(`There is no Lambda ${lambda} in this app.`);
      await pool.kill();
    },
    setRelayDelay: (delay, jitter = 0) => mappings.setLag({ delay, jitter, seed: options.lag?.seed ?? 1 }),
    queue: (name) => parts.queues.find(name),
    idle: () => untilIdle(parts),
    stop: () => (stopped ??= endings.run()),
  };
}

/**
 * Starts a synthesised CDK app on this machine and resolves when it answers (2 to 4 s, most of it the database).
 * Refuses (throws), by name, everything in the app that matters and cannot be run here; whatever was started is then stopped.
 */
export async function startLocalRun(options: LocalRunOptions): Promise<LocalRun> {
  const assembly = readAssembly(options.assembly);
  refuseUnsupported(assembly);
  const endings = createEndings();
  const keeps = options.folder !== undefined && options.inMemory !== true;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'cohortium-'));
  if (options.folder === undefined) endings.add(() => rmSync(folder, { recursive: true, force: true }));
  try {
    return runOf(await startParts({ options, assembly, folder, keeps, endings }));
  } catch (error) {
    await endings.run();
    throw error;
  }
}
