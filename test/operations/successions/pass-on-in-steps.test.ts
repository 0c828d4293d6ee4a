import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changeByItself } from '../../../shared/change.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { memberIdOf } from '../../../shared/members/member.ts';
import { memberItem, membersSource } from '../../../shared/members/members-items.ts';
import { peopleSource, writePerson } from '../../../shared/people/people-items.ts';
import type { Source } from '../../../shared/paging.ts';
import { personIdOf } from '../../../shared/people/person.ts';
import { addPersonRelease, readPersonReleases } from '../../../shared/places/person-releases-items.ts';
import { shortId } from '../../../shared/places/ledger.ts';
import { claimKey, writeClaim } from '../../../shared/places/places-items.ts';
import { readProgress, readSuccession } from '../../../shared/successions/successions-items.ts';
import { passOn } from '../../../shared/successions/pass-on.ts';
import type { Table } from '../../../shared/table/table.ts';
import { movableClock } from '../../support/context.ts';
import { manyAtOnce } from '../../../shared/table/many-at-once.ts';
import { disagreementsIn, openPlaces, type PlacesTable } from '../../support/places.ts';
import { beginsAt, givenMerger } from '../../support/successions.ts';

const clock = movableClock();
const minute = 60_000;
let at: PlacesTable;
let merger: Awaited<ReturnType<typeof givenMerger>>;
let cohorts: string[];

beforeAll(async () => {
  clock.moveTo('2027-01-04T09:00:00.000Z');
  at = await openPlaces(clock);
  merger = await givenMerger(at, clock);
  await givenPeople();
  cohorts = await givenCohorts();
});
afterAll(async () => {
  await at.close();
});

const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(3, '0'));
const references = numbered(205);
/** Of those, who is released and a member: more than one step passes on. */
const members = references.slice(0, 105);

/** More people, releases and members than pass in one step. */
async function givenPeople(): Promise<void> {
  const { table } = at;
  const { from, cohort } = merger;
  const now = clock.now().toISOString();
  const written = { by: 'mem_given', at: now, request: 'given' };
  const details = { name: 'A Colleague', staffGroup: 'managers' as const, band: '7' as const, role: 'Manager' };
  const status = 'active' as const;
  await manyAtOnce(references, 25, async (reference) => {
    const id = personIdOf(from, reference);
    const known = { id, organisation: from, reference, status, request: 'given', version: 1, written };
    const flags = { email: `${reference}@example.org`, managesPeople: false, leadsCommissioning: false };
    await writePerson(table, { ...known, ...details, ...flags });
    if (!members.includes(reference)) return;
    const release = { person: id, cohort: cohort.id, by: 'lead' as const, recordedBy: 'mem_given', at: now };
    await addPersonRelease(table, from, { ...release, backfill: 'not-needed' });
    const subject = `subject-${reference}`;
    const change = changeByItself('joined', clock.now());
    const member = {
      id: memberIdOf(from, subject),
      organisation: from,
      subject,
      roles: ['staff' as const],
      version: 1,
    };
    await table.put(memberItem({ ...member, status, change }));
  });
}

/** More cohorts than pass in one step, on each of which the organisation has eight places. */
async function givenCohorts(): Promise<string[]> {
  const given: string[] = [];
  for (const number of numbered(12)) {
    const { id, waitlist } = await at.given({ host: merger.host, capacity: 40, waitlist: 10, limit: 40 });
    await writeClaim(at.table, {
      cohort: id,
      organisation: merger.from,
      key: claimKey(merger.from, 'mem_given', number),
      planned: 2,
      quantity: 8,
      limit: 40,
      allOrNothing: false,
      waitlist,
      until: undefined,
      brief: false,
      change: changeByItself('claimed', clock.now()),
    });
    given.push(id);
  }
  return given;
}

/** A table whose user is killed at its n-th write. */
function killedAt(table: Table, most: number): Table {
  let left = most;
  const write = async <T>(request: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left < 0) throw new Error('Killed');
    return await request();
  };
  return {
    ...table,
    put: async (...given) => await write(async () => await table.put(...given)),
    update: async (...given) => await write(async () => await table.update(...given)),
    delete: async (...given) => await write(async () => await table.delete(...given)),
    transact: async (...given) => await write(async () => await table.transact(...given)),
  };
}

/** Time for one step and no more. */
const noTime = new Date(0);
const oneStep = async (table = at.table) => await passOn(table, clock, merger.from, noTime);
async function standing() {
  const succession = await readSuccession(at.table, merger.from);
  if (succession === undefined) throw new Error('There is no succession');
  const { part, after } = await readProgress(at.table, succession);
  return { status: succession.status, part, isWithin: after !== undefined };
}

/** Everything behind a sort key. */
async function all<T extends { readonly sk: string }>(source: Source<T>): Promise<T[]> {
  const found: T[] = [];
  let page: readonly T[];
  do {
    page = await source(found.at(-1)?.sk, 100);
    found.push(...page);
  } while (page.length === 100);
  return found;
}

describe('a large organisation', () => {
  test('passes on in steps, which leave what else is due its turn and are no failures', async () => {
    const wait = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(wait, merger.other, { quantity: 2, confirmUntil: '2027-03-31' });
    await at.relay.relayAll();
    clock.moveTo(beginsAt);
    expect(await actOnDeadlines({ table: at.table, epoch: 1, clock }, noTime)).toEqual({ acted: 1, failures: [] });
    expect((await at.standing(wait)).waiting).toEqual([]);
    expect(await standing()).toEqual({ status: 'passing', part: 'members', isWithin: true });
  });

  test('control: were it not noted how far it has come, each run would do the same', async () => {
    const forgetful: Table = {
      ...at.table,
      get: async (key, schema, options) =>
        key.sk === 'PASSING' ? undefined : await at.table.get(key, schema, options),
    };
    for (let run = 0; run < 4; run += 1) {
      expect(await oneStep(forgetful)).toBe(false);
      expect(await standing()).toEqual({ status: 'passing', part: 'members', isWithin: true });
    }
  });

  test('passes on nothing but memberships and keys until five minutes after the last of them was marked', async () => {
    // Long after the succession has begun.
    clock.moveBy(20 * minute);
    const parts: unknown[] = [];
    for (let run = 0; run < 4; run += 1) {
      expect(await oneStep()).toBe(false);
      parts.push((await standing()).part);
    }
    expect(parts).toEqual(['api-keys', 'late-members', 'late-members', 'late-members']);
    clock.moveBy(5 * minute - 1);
    expect(await oneStep()).toBe(false);
    expect(await standing()).toEqual({ status: 'passing', part: 'late-members', isWithin: false });
    clock.moveBy(1);
    expect(await oneStep()).toBe(false);
    expect(await standing()).toEqual({ status: 'passing', part: 'late-members', isWithin: true });
  });

  test('comes to its end, though each run has time for one step and every other is killed in it', async () => {
    const { from, to } = merger;
    // What began it stays due until it is done.
    let run = 0;
    let killed = 0;
    for (; (await standing()).status !== 'done' && run < 60; run += 1) {
      const isKilled = run % 2 === 0;
      const table = isKilled ? killedAt(at.table, 30) : at.table;
      const { failures } = await actOnDeadlines({ table, epoch: 1, clock }, noTime);
      if (isKilled) killed += failures.length;
      else expect(failures).toEqual([]);
      clock.moveBy(minute);
    }
    expect(run).toBeGreaterThan(15);
    expect(killed).toBeGreaterThan(3);
    expect(run).toBeLessThan(60);
    const left = await all(peopleSource(at.table, from));
    expect(left.map(({ status }) => status)).toEqual(Array.from({ length: references.length + 3 }, () => 'removed'));
    const passed = await all(peopleSource(at.table, to));
    const ids = references.map((reference) => personIdOf(to, reference));
    expect(passed.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    // Those, the three of before, and the one that the successor had.
    expect(passed).toHaveLength(references.length + 4);
    expect((await readPersonReleases(at.table, to, ids, merger.cohort.id)).size).toBe(members.length);
    const marked = await all(membersSource(at.table, from));
    expect(new Set(marked.map(({ succeededBy }) => succeededBy))).toEqual(new Set([to]));
    const joined = await all(membersSource(at.table, to));
    expect(joined.filter(({ subject }) => subject?.startsWith('subject-') === true)).toHaveLength(members.length);
    for (const id of cohorts) {
      const ledger = await at.ledger({ id, host: merger.host });
      expect(disagreementsIn(ledger)).toEqual([]);
      expect(ledger.live).toEqual({ [shortId(from)]: 0, [shortId(to)]: 8 });
    }
  });
});
