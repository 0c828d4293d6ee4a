import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { startLocalRun, type LocalRun, type LocalRunOptions } from '../../local/local-run.ts';
import { createMemoryLog } from '../../local/log.ts';
import { synthesisedApp } from '../support/synthesise-app.ts';
import { openCaller } from './caller.ts';
import { londonPeople, type Person } from './london.ts';
import { openParty, toldSchema, type Party } from './party.ts';

/** An event as the bus carries it: with the list of those who were told. */
export const announcedSchema = z.object({
  source: z.literal('cohortium'),
  'detail-type': z.string(),
  detail: toldSchema.extend({ audience: z.union([z.literal('all'), z.array(z.string())]) }),
});
export type Announced = z.infer<typeof announcedSchema>['detail'];

/** The whole app on this machine, spoken to over HTTP (and by the operator, who may invoke Lambdas). */
export interface Installation {
  readonly run: LocalRun;
  /** Every event that the bus accepted, in its order, repetitions too. */
  readonly announced: readonly Announced[];
  /** What the run itself had to say; each line names its part. */
  readonly log: readonly string[];
  /** A person, acting for an organisation or for none. */
  signIn(person: string, organisation?: string): Party;
  /** A partner's system, by its API key. */
  withKey(token: string, organisation?: string): Party;
  /** Makes the relay late by so many milliseconds, from what is written next on. */
  delayRelay(milliseconds: number): void;
  /** Resolves when everything that was done is announced and in the views; a late relay is waited for by moving the clock. */
  settle(): Promise<void>;
  /** Invokes a Lambda as its operator would; gives what it answered. Throws when it failed. */
  invoke(lambda: string, payload: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** How long a token is used, in milliseconds on the run's clock; it lives an hour. */
const tokenAge = 20 * 60_000;

/** Starts an installation. Schedules do not strike by themselves unless asked for, so that nothing happens unseen. */
export async function startInstallation(options: Partial<LocalRunOptions> = {}): Promise<Installation> {
  const announced: Announced[] = [];
  const log = createMemoryLog();
  const run = await startLocalRun({
    assembly: synthesisedApp(),
    people: londonPeople,
    schedules: false,
    log,
    onEvent: (event) => announced.push(announcedSchema.parse(event).detail),
    ...options,
  });
  const tokens = new Map<string, { readonly token: string; readonly at: number }>();
  let late = 0;

  async function tokenOf(person: Person['id']): Promise<string> {
    const now = run.clock.now().getTime();
    const known = tokens.get(person);
    if (known !== undefined && known.at > now - tokenAge) return known.token;
    const token = await run.tokenFor(person);
    tokens.set(person, { token, at: now });
    return token;
  }

  return {
    run,
    announced,
    log: log.lines,
    signIn(person, organisation) {
      const token = async () => await tokenOf(person);
      return openParty(
        openCaller(run.url, { token, ...(organisation === undefined ? {} : { organisation }) }),
        organisation ?? '',
      );
    },
    withKey(key, organisation) {
      const token = async () => await Promise.resolve(key);
      return openParty(
        openCaller(run.url, { token, ...(organisation === undefined ? {} : { organisation }) }),
        organisation ?? '',
      );
    },
    delayRelay(milliseconds) {
      late = milliseconds;
      run.setRelayDelay(milliseconds);
    },
    async settle() {
      const idle = run.idle().then(() => true);
      while (!(await Promise.race([idle, pause(20, false)]))) run.clock.advance(late);
    },
    async invoke(lambda, payload) {
      const { ok, payload: answer } = await run.invoke(lambda, payload);
      if (!ok) throw new Error(`${lambda} failed: ${answer}`);
      const parsed: unknown = JSON.parse(answer);
      return parsed;
    },
    stop: async () => await run.stop(),
  };
}
