import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { createClock } from '../../local/clock.ts';
import { synthesisedApp } from '../support/synthesise-app.ts';
import { openCaller } from './caller.ts';
import { announcedSchema, startInstallation, type Announced, type Installation } from './installation.ts';
import { claimants, givenLondon, givenOpenCohort, givenProgramme, londonOf, type Code, type London } from './london.ts';
import { openParty, type Told } from './party.ts';

const day = 86_400_000;
const readySchema = z.object({ url: z.string(), tokens: z.record(z.string(), z.string()) });

/** A claim of the story: each has a key, and is repeated with it in the next run when its answer never came. */
interface Claim {
  readonly code: Code;
  readonly cohort: string;
  readonly quantity: number;
  readonly key: string;
}

let made = 0;
/** So many claims by different organisations, spread over these cohorts. */
function newClaims(count: number, cohorts: readonly string[]): Claim[] {
  return Array.from({ length: count }, () => {
    made += 1;
    return {
      code: claimants[made % claimants.length] ?? 'RAT',
      cohort: cohorts[made % cohorts.length] ?? '',
      quantity: 1 + (made % 2),
      key: `claim-${String(made)}`,
    };
  });
}

async function claim(london: London, { code, cohort, quantity, key }: Claim): Promise<void> {
  expect(await london[code].claim(cohort, { quantity, key })).toHaveLength(quantity);
}
async function claimAll(london: London, claims: readonly Claim[]): Promise<void> {
  for (const one of claims) await claim(london, one);
}

/** Begins claims, ends the run by `end` once so many of them were answered, and gives those whose answer never came. */
async function interrupted(
  london: London,
  claims: readonly Claim[],
  answered: number,
  end: () => Promise<void>,
): Promise<Claim[]> {
  const unanswered = new Set(claims);
  let enough: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (enough = resolve));
  const asked = claims.map(async (one) => {
    await claim(london, one);
    unanswered.delete(one);
    if (claims.length - unanswered.size >= answered) enough();
  });
  const ended = Promise.allSettled(asked);
  await begun;
  await end();
  for (const outcome of await ended)
    if (outcome.status === 'rejected')
      expect(String(outcome.reason)).toMatch(/fetch failed|terminated|answered with 500/);
  return [...unanswered];
}

/** Starts a run in a process of its own; `london` acts there, `kill` ends it at once, with all that it is doing. */
async function startApart(folder: string, before: London, hear: (event: Announced) => void) {
  const script = join(import.meta.dirname, 'run-apart.ts');
  const child = spawn(process.execPath, [script, synthesisedApp(), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = new Promise<z.infer<typeof readySchema>>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said: unknown = JSON.parse(line);
      const start = readySchema.safeParse(said);
      if (start.success) resolve(start.data);
      else hear(announcedSchema.parse(said).detail);
    });
  });
  const { url, tokens } = await ready;
  return {
    london: londonOf((code) => {
      const { organisation } = before[code];
      return openParty(
        openCaller(url, { token: async () => await Promise.resolve(tokens[code]), organisation }),
        organisation,
      );
    }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('a local run that is stopped in the middle of its work, then killed in the middle, and started again each time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cohortium-restart-'));
  const clock = createClock();
  const announced: Announced[] = [];
  let last: Installation | undefined;
  let london: London;
  let cohorts: string[];
  let waited: string;
  let key: { readonly id: string; readonly token: string };
  /** What a follower was told in the first and in the last run, by one cursor. */
  const followed: Told[] = [];
  const interruptions = { unannounced: 0, stopped: 0, killed: 0 };

  const startKept = async () => await startInstallation({ folder, databaseEndpoint: '', clock });

  beforeAll(async () => {
    const first = await startKept();
    london = await givenLondon(first);
    const programme = await givenProgramme(london.RF4);
    cohorts = [];
    for (let count = 0; count < 3; count += 1)
      cohorts.push(await givenOpenCohort(london.RF4, programme, { capacity: 4 }));
    waited = await givenOpenCohort(london.RF4, programme, { capacity: 1 });
    await london.RAT.claim(waited);
    const tomorrow = new Date(clock.now().getTime() + day).toISOString().slice(0, 10);
    await london.R1H.claim(waited, { confirmUntil: tomorrow });
    key = await london.RAT.createKey({ name: 'Follower', scopes: ['events:read'] });
    await claimAll(london, newClaims(6, cohorts));
    await first.settle();
    const { events, next } = await london.RF4.readAllEvents();
    followed.push(...events);
    // From here on nothing is announced before the run ends.
    first.delayRelay(3_600_000);
    await claimAll(london, newClaims(6, cohorts));
    const stopped = await interrupted(london, newClaims(16, cohorts), 2, async () => {
      await Promise.all([first.run.killWorkers('Places'), first.run.killWorkers('Relay')]);
      await first.stop();
    });
    announced.push(...first.announced);
    const claimedSoFar = announced.filter(({ type }) => type === 'place.claimed').length;
    interruptions.unannounced = made - stopped.length - claimedSoFar;
    interruptions.stopped = stopped.length;

    const apart = await startApart(folder, london, (event) => announced.push(event));
    await claimAll(apart.london, [...stopped, ...newClaims(4, cohorts)]);
    const killed = await interrupted(apart.london, newClaims(16, cohorts), 3, async () => await apart.kill());
    interruptions.killed = killed.length;

    last = await startKept();
    const before = london;
    london = londonOf((code) => installationOf(last).signIn(code, before[code].organisation));
    await claimAll(london, killed);
    for (const cohort of cohorts) {
      const [lowest] = (await london.RF4.seePlaces(cohort)).places;
      const holder = claimants.find((code) => london[code].organisation === lowest?.organisation) ?? 'RAT';
      await london[holder].giveBack(cohort, [1]);
    }
    await last.settle();
    followed.push(...(await london.RF4.readAllEvents(next)).events);
    announced.push(...last.announced);
  }, 240_000);
  afterAll(async () => {
    await last?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('it was in the middle of work each time, with changes that were not announced yet', () => {
    expect(interruptions.unannounced).toBeGreaterThanOrEqual(6);
    expect(interruptions.stopped).toBeGreaterThan(0);
    expect(interruptions.killed).toBeGreaterThan(0);
  });

  test('no claim is lost, and none counts twice', async () => {
    const places = await Promise.all(cohorts.map(async (cohort) => (await london.RF4.seePlaces(cohort)).places));
    // Claims are of one and two places in turn; the first ticket of each cohort was given back.
    expect(places.flat()).toHaveLength((made / 2) * 3 - cohorts.length);
    for (const held of places)
      expect(held.filter(({ state }) => state === 'confirmed').map(({ ticket }) => ticket)).toEqual([2, 3, 4, 5]);
  });

  test('each change is announced, and once to who goes by event id', async () => {
    const once = new Map(announced.map((event) => [event.id, event]));
    for (const event of announced) expect(event).toEqual(once.get(event.id));
    for (const cohort of cohorts) {
      const { places } = await london.RF4.seePlaces(cohort);
      const tickets = places.map(({ ticket }) => ticket);
      expect(told(once, cohort, 'place.claimed')).toEqual([1, ...tickets]);
      expect(told(once, cohort, 'place.confirmed')).toEqual([1, 2, 3, 4, 5]);
      expect(told(once, cohort, 'place.waiting')).toEqual(tickets.filter((ticket) => ticket > 4));
      expect(told(once, cohort, 'place.given-back')).toEqual([1]);
    }
  });

  test('a follower goes on from its cursor and has missed nothing, nor has one that begins anew', async () => {
    const ids = (events: readonly { readonly id: string }[]) => [...new Set(events.map(({ id }) => id))].sort();
    const { organisation } = london.RF4;
    const hosts = announced.filter(({ audience }) => audience === 'all' || audience.includes(organisation));
    expect(ids(followed)).toEqual(ids(hosts));
    expect(ids((await london.RF4.readAllEvents()).events)).toEqual(ids(hosts));
    const system = installationOf(last).withKey(key.token);
    // Members and keys are the administrators' to see.
    const all = (await london.RAT.readAllEvents()).events.filter(({ type }) => !/^(member|api-key)\./.test(type));
    expect(ids((await system.readAllEvents()).events)).toEqual(ids(all));
  });

  test('views show what the ledgers say', async () => {
    for (const code of claimants) {
      const seen = new Map((await london[code].listOwnPlaces()).items.map((held) => [held.cohort, held]));
      for (const cohort of cohorts) {
        const { places } = await london[code].seePlaces(cohort);
        const tickets = (state: string) => places.filter((place) => place.state === state).map(({ ticket }) => ticket);
        const { confirmed = [], waiting = [] } = seen.get(cohort) ?? {};
        expect({ confirmed, waiting }).toEqual({ confirmed: tickets('confirmed'), waiting: tickets('waiting') });
      }
    }
  });

  test('a wait from before lapses when the clock comes to its date', async () => {
    const installation = installationOf(last);
    clock.advance(3 * day);
    await installation.invoke('Sweeper', { task: 'deadlines' });
    expect((await london.R1H.seePlaces(waited)).places).toEqual([]);
    await installation.settle();
    const lapsed = installation.announced.filter(({ type }) => type === 'place.lapsed');
    expect(lapsed.map(({ data }) => [data['cohort'], data['tickets']])).toEqual([[waited, [2]]]);
  });
});

function installationOf(installation: Installation | undefined): Installation {
  if (installation === undefined) throw new Error('The run has not started');
  return installation;
}

/** The tickets that events of a type told of a cohort, lowest first. */
function told(once: ReadonlyMap<string, Announced>, cohort: string, type: string): number[] {
  return [...once.values()]
    .flatMap((event) => {
      const { tickets } = event.data;
      return event.type === type && event.data['cohort'] === cohort && Array.isArray(tickets)
        ? tickets.map(Number)
        : [];
    })
    .sort((one, other) => one - other);
}
