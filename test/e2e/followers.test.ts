import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { seededNumbers } from '../support/context.ts';
import { startInstallation, type Installation } from './installation.ts';
import { claimants, givenLondon, givenOpenCohort, givenProgramme, type London } from './london.ts';
import type { Party, Told } from './party.ts';

const seed = 20_270_914;

/** Ids of events that are in the whole feed but were not followed. */
function missedOf(whole: readonly Told[], followed: readonly Told[]): string[] {
  const seen = new Set(followed.map(({ id }) => id));
  return whole.flatMap(({ id }) => (seen.has(id) ? [] : [id]));
}

/** Somebody who asks again and again for what is new, until told to stop and nothing is new. */
interface Follower {
  readonly told: Told[];
  stop(): Promise<void>;
}

function startFollower(poll: (told: Told[]) => Promise<boolean>): Follower {
  const told: Told[] = [];
  const ending = new AbortController();
  const follow = async () => {
    for (let isNew = true; isNew || !ending.signal.aborted;) {
      isNew = await poll(told);
      if (!isNew) await pause(25);
    }
  };
  const following = follow();
  return {
    told,
    async stop() {
      ending.abort();
      await following;
    },
  };
}

/** Follows by the cursor that the feed gives, a few changes at a time. */
function followByCursor(party: Party, limit: number): Follower {
  let cursor: string | undefined;
  return startFollower(async (told) => {
    const { events, next } = await party.readEvents(cursor, limit);
    told.push(...events);
    const isNew = next !== cursor;
    cursor = next;
    return isNew;
  });
}

/** Follows as it must not be done: asks for what happened after the latest instant that it has seen. */
function followByTime(party: Party): Follower {
  let latest = '';
  return startFollower(async (told) => {
    const { events } = await party.readAllEvents();
    const later = events.filter(({ at }) => at > latest);
    told.push(...later);
    latest = later.reduce((newest, { at }) => (at > newest ? at : newest), latest);
    return later.length > 0;
  });
}

describe('while four lanes of the stream lag at random and claims go on', () => {
  let installation: Installation;
  let london: London;
  let wholes: { readonly RF4: Told[]; readonly RAT: Told[] };
  let followed: {
    readonly host: Follower;
    readonly hostSlowly: Follower;
    readonly claimant: Follower;
    readonly byTime: Follower;
  };

  beforeAll(async () => {
    installation = await startInstallation({ lag: { delay: 0, jitter: 400, seed } });
    london = await givenLondon(installation);
    const { RF4, RAT } = london;
    followed = {
      host: followByCursor(RF4, 200),
      hostSlowly: followByCursor(RF4, 2),
      claimant: followByCursor(RAT, 10),
      byTime: followByTime(RF4),
    };
    const programme = await givenProgramme(RF4);
    const cohorts: string[] = [];
    for (let count = 0; count < 8; count += 1)
      cohorts.push(await givenOpenCohort(RF4, programme, { capacity: 3, limit: 50, name: `Cohort ${String(count)}` }));
    await Promise.all(claimants.map(async (code, index) => await claimAround(london[code], cohorts, seed + index)));
    // A lane never overtakes itself: once it has told of the closing, it has told of everything before it.
    for (const cohort of cohorts) await RF4.close(cohort);
    const closings = ({ told }: Follower) =>
      // One may be told twice.
      new Set(told.flatMap(({ type, id }) => (type === 'cohort.closed' ? [id] : []))).size;
    for (const follower of [followed.host, followed.hostSlowly, followed.claimant]) {
      while (closings(follower) < cohorts.length) await pause(20);
    }
    await Promise.all(Object.values(followed).map(async (follower) => await follower.stop()));
    await installation.settle();
    wholes = { RF4: (await RF4.readAllEvents()).events, RAT: (await RAT.readAllEvents()).events };
  }, 120_000);
  afterAll(async () => await installation.stop());

  /** Claims and gives back here and there, as the seed has it. */
  async function claimAround(party: Party, cohorts: readonly string[], from: number): Promise<void> {
    const random = seededNumbers(from);
    const any = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
    for (let turn = 0; turn < 7; turn += 1) {
      const cohort = any(cohorts) ?? '';
      const places = await party.claim(cohort, { quantity: 1 + Math.floor(random() * 2) });
      if (random() < 0.4) await party.giveBack(cohort, [any(places)?.ticket ?? 0]);
      await pause(random() * 40);
    }
  }

  test('the whole feed is what the bus announced to its organisation, each cohort in its order', () => {
    for (const [code, whole] of Object.entries(wholes)) {
      const { organisation } = london[code === 'RF4' ? 'RF4' : 'RAT'];
      const onBus = installation.announced.filter(
        ({ audience }) => audience === 'all' || audience.includes(organisation),
      );
      expect(new Set(whole.map(({ id }) => id))).toEqual(new Set(onBus.map(({ id }) => id)));
    }
    const ofLedgers = installation.announced.filter(({ data }) => 'tickets' in data || 'capacity' in data);
    for (const events of Map.groupBy(ofLedgers, ({ aggregate }) => aggregate).values()) {
      const versions = events.map(({ aggregateVersion }) => aggregateVersion);
      expect(versions).toEqual(versions.toSorted((one, other) => one - other));
    }
    expect(wholes.RF4.length).toBeGreaterThan(150);
  });

  test.each(['host', 'hostSlowly', 'claimant'] as const)('a follower by cursor misses nothing: %s', (name) => {
    const whole = name === 'claimant' ? wholes.RAT : wholes.RF4;
    expect(missedOf(whole, followed[name].told)).toEqual([]);
    expect(followed[name].told).toHaveLength(whole.length);
  });

  test('the comparison notices a follower that goes by time, and one that has lost an entry', () => {
    expect(missedOf(wholes.RF4, followed.byTime.told).length).toBeGreaterThan(0);
    const [lost, ...rest] = followed.host.told;
    expect(missedOf(wholes.RF4, rest)).toEqual([lost?.id]);
  });
});
