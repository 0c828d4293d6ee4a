import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { getCohort } from '../../../shared/cohorts/get-cohort.ts';
import { getCohortCalendar } from '../../../shared/cohorts/get-cohort-calendar.ts';
import { listOpenCohorts } from '../../../shared/cohorts/list-open-cohorts.ts';
import { moveCohort } from '../../../shared/cohorts/move-cohort.ts';
import { writeNamed } from '../../../shared/places/naming-items.ts';
import { listOrganisationPlaces } from '../../../shared/places/list-organisation-places.ts';
import type { Table, TransactionWrite } from '../../../shared/table/table.ts';
import { readCalendar } from '../../support/calendar.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { openPlaces, toldOf, type PlacesTable } from '../../support/places.ts';

describe('a cohort that is moved', () => {
  const clock = movableClock();
  const [host, trust, council] = ['host', 'trust', 'council'].map(organisationNamed);
  if (host === undefined || trust === undefined || council === undefined) throw new Error('There are three');
  const times = { from: '09:30', to: '16:30' };
  const on = (...days: readonly string[]) =>
    days.map((day, index) => ({ id: `0-${String(index + 1)}`, day, ...times }));
  let at: PlacesTable;
  beforeAll(async () => {
    at = await openPlaces(clock);
  });
  afterAll(async () => {
    await at.close();
  });
  /** An open cohort of two days, in September and November. */
  const given = async (facts: Partial<Cohort> = {}) =>
    await at.given({
      capacity: 2,
      sessions: on('2027-09-07', '2027-11-02'),
      firstDay: '2027-09-07',
      lastDay: '2027-11-02',
      ...facts,
    });
  /** A change has no Idempotency-Key: what tells it again is that it says the same. */
  const changing = (organisation: string, expectedVersion: number, table = at.table) =>
    contextOf(table, clock, personOf(organisation), { expectedVersion, idempotencyKey: undefined });
  const move = async (
    { id }: Pick<Cohort, 'id'>,
    expectedVersion: number,
    sessions: readonly unknown[],
    table = at.table,
  ) => await moveCohort.perform(changing(host, expectedVersion, table), { cohort: id, sessions });
  const seen = async ({ id }: Cohort) => await getCohort.perform(at.as(trust), { cohort: id });
  const listed = async (day: string) => {
    const { items } = await listOpenCohorts.perform(at.as(council), { from: day, to: day });
    return items.map(({ id, lastDay, free }) => [id, lastDay, free]);
  };
  const refused = (code: string) => expect.objectContaining({ code });

  test('keeps every place; who sees it and who has places there is told the new days', async () => {
    const cohort = await given({ sharedWith: [trust, council] });
    await at.claim(cohort, trust, { quantity: 2 });
    await at.claim(cohort, council);
    await at.told(cohort);
    const moved = await move(cohort, 2, on('2027-10-05', '2027-12-07'));
    expect(moved).toMatchObject({
      version: 3,
      firstDay: '2027-10-05',
      lastDay: '2027-12-07',
      confirmed: 2,
      waiting: 1,
    });
    expect(moved.sessions).toEqual(on('2027-10-05', '2027-12-07'));
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 2], waiting: [3] });
    const told = await at.told(cohort);
    expect(toldOf(told)).toEqual([
      ['cohort.moved', undefined, [host, trust, council]],
      ['place.moved', [1, 2], [trust, host]],
      ['place.moved', [3], [council, host]],
    ]);
    const days = { cohort: cohort.id, firstDay: '2027-10-05', lastDay: '2027-12-07' };
    expect(told.map(({ data }) => data)).toMatchObject([
      { ...days, host },
      { ...days, organisation: trust },
      { ...days, organisation: council },
    ]);
    const { items } = await listOrganisationPlaces.perform(at.as(council), {});
    expect(items).toEqual([expect.objectContaining({ ...days, waiting: [3] })]);
  });

  test('is listed on its new first day and no longer on the old one, also when it comes back to that', async () => {
    const cohort = await given();
    await at.claim(cohort, trust);
    await at.told(cohort);
    expect(await listed('2027-09-07')).toContainEqual([cohort.id, '2027-11-02', 1]);
    await move(cohort, 2, on('2027-10-05', '2027-12-07'));
    await at.told(cohort);
    expect((await listed('2027-09-07')).map(([id]) => id)).not.toContain(cohort.id);
    expect(await listed('2027-10-05')).toEqual([[cohort.id, '2027-12-07', 1]]);
    await move(cohort, 3, on('2027-09-07', '2027-12-08'));
    await at.claim(cohort, trust);
    await at.told(cohort);
    expect(await listed('2027-10-05')).toEqual([]);
    expect(await listed('2027-09-07')).toContainEqual([cohort.id, '2027-12-08', 0]);
    await closeCohort.perform(at.as(host), { cohort: cohort.id });
    await at.told(cohort);
    expect((await listed('2027-09-07')).map(([id]) => id)).not.toContain(cohort.id);
  });

  test('is moved on condition of its version, once for a request that is sent twice', async () => {
    const cohort = await given();
    await at.told(cohort);
    const again = await Promise.all(
      Array.from({ length: 3 }, async () => await move(cohort, 2, on('2027-10-05', '2027-12-07'))),
    );
    expect(new Set(again.map(({ version }) => version))).toEqual(new Set([3]));
    expect((await at.told(cohort)).map(({ type }) => type)).toEqual(['cohort.moved']);
    await expect(move(cohort, 2, on('2027-10-06', '2027-12-07'))).rejects.toEqual(refused('request.stale'));
    await expect(move(cohort, 4, on('2027-10-06', '2027-12-07'))).rejects.toEqual(refused('request.stale'));
  });

  test('may be closed; a draft, one that is cancelled and one that is over are not moved, nor by another', async () => {
    const later = on('2027-10-05', '2027-12-07');
    const closed = await given();
    await closeCohort.perform(at.as(host), { cohort: closed.id });
    expect(await move(closed, 2, later)).toMatchObject({ status: 'closed', firstDay: '2027-10-05' });
    const theirs = moveCohort.perform(changing(trust, 3), { cohort: closed.id, sessions: later });
    await expect(theirs).rejects.toEqual(refused('cohort.not-found'));
    await cancelCohort.perform(at.as(host), { cohort: closed.id });
    await expect(move(closed, 3, later)).rejects.toEqual(refused('cohort.already-ended'));
    const programme = await givenProgramme(at.table, clock, host);
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    await expect(move(draft, 1, [{ day: '2027-10-05', ...times }])).rejects.toEqual(refused('cohort.not-open'));
    const over = await given({ sessions: on('2026-12-01'), firstDay: '2026-12-01', lastDay: '2026-12-01' });
    await expect(move(over, 2, later.slice(0, 1))).rejects.toEqual(refused('cohort.over'));
  });

  test.each([
    ['days that have all passed', on('2027-01-02', '2027-01-03'), 'sessions'],
    ['sessions out of order', on('2027-11-02', '2027-10-05'), 'sessions.1'],
    ['a session that it does not have', [{ id: '7-1', day: '2027-10-05', ...times }], 'sessions.0.id'],
    ['a first day before claims open', on('2026-12-01', '2027-10-05'), 'opensAt'],
    ['no session', [], 'sessions'],
  ])('%s: refused with the field', async (_what, sessions, field) => {
    const cohort = await given();
    await expect(move(cohort, 2, sessions)).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field }] },
    });
    expect(await seen(cohort)).toMatchObject({ version: 2, firstDay: '2027-09-07' });
  });

  describe('earlier, to a first day before one until which places are held, or claims or applications close', () => {
    const earlier = on('2027-03-10', '2027-12-07');
    const held = (until: string, places = 1) => ({ held: [{ organisation: trust, places, until }] });
    const allocation = { closesOn: '2027-04-01', method: 'in-turn' as const, priorities: [] };
    const expectRefused = async (cohort: Cohort, field: string) => {
      await expect(move(cohort, 2, earlier)).rejects.toMatchObject({
        code: 'request.invalid',
        details: { fields: [{ field }] },
      });
    };

    test('is refused while it matters: somebody may still be named, claim or apply until then', async () => {
      const fields = { 'held.0.until': held('2027-04-01'), 'allocation.closesOn': { allocation, waitlist: 5 } };
      for (const [field, facts] of Object.entries(fields)) await expectRefused(await given(facts), field);
      const applications = { closesOn: '2027-03-10' };
      await expectRefused(await given({ applications }), 'applications.closesOn');
      expect(await move(await given(held('2027-03-09')), 2, earlier)).toMatchObject({ firstDay: '2027-03-10' });
    });

    test('is done once everything held until then was given back, or has a name', async () => {
      const cohort = await given(held('2027-04-01', 2));
      await at.giveBack(cohort, trust, [1]);
      await expectRefused(cohort, 'held.0.until');
      const { entries, ...ledger } = await at.ledger(cohort);
      const [key = ''] = Object.entries(entries).flatMap(([entry, ticket]) => (ticket === 2 ? [entry] : []));
      const place = { key, ticket: 2, organisation: trust, until: undefined, held: true };
      const change = { type: 'named', by: 'mem_given', at: clock.now().toISOString() };
      expect(await writeNamed(at.table, { entries, ...ledger }, place, change)).toMatchObject({ applied: true });
      expect(await move(cohort, 2, earlier)).toMatchObject({ firstDay: '2027-03-10' });
      expect(await at.ledger(cohort)).toMatchObject({ naming: { by: '2027-02-10' } });
    });

    test('is done once that day has passed, though something is left from it', async () => {
      const moving = movableClock();
      moving.moveTo('2027-04-02T09:00:00.000Z');
      const later = async (cohort: Cohort) => {
        const context = contextOf(at.table, moving, personOf(host), { expectedVersion: 2, idempotencyKey: undefined });
        return await moveCohort.perform(context, { cohort: cohort.id, sessions: earlier });
      };
      for (const facts of [
        held('2027-04-01'),
        { allocation, waitlist: 5 },
        { applications: { closesOn: '2027-04-01' } },
      ]) {
        expect(await later(await given(facts))).toMatchObject({ version: 3, firstDay: '2027-03-10' });
      }
    });
  });

  test('moves in calendars: the same event, one that is called off, one that is new', async () => {
    const cohort = await given();
    const calendar = async () => {
      const { content } = await getCohortCalendar.perform(at.as(trust), { cohort: cohort.id });
      return readCalendar(content).events.map(({ uid, sequence, start, status }) => [
        uid.slice(cohort.id.length + 1),
        sequence,
        start.slice(0, 10),
        status,
      ]);
    };
    await calendar();
    await move(cohort, 2, [
      { id: '0-2', day: '2027-10-05', ...times },
      { day: '2027-12-07', ...times },
    ]);
    expect(await calendar()).toEqual([
      ['0-2@cohortium', 3, '2027-10-05', 'CONFIRMED'],
      ['3-2@cohortium', 3, '2027-12-07', 'CONFIRMED'],
      ['0-1@cohortium', 3, '2027-09-07', 'CANCELLED'],
    ]);
    await move(cohort, 3, [{ id: '3-2', day: '2027-12-08', ...times }]);
    expect(await calendar()).toEqual([
      ['3-2@cohortium', 4, '2027-12-08', 'CONFIRMED'],
      ['0-1@cohortium', 4, '2027-09-07', 'CANCELLED'],
      ['0-2@cohortium', 4, '2027-10-05', 'CANCELLED'],
    ]);
  });

  test('plan and ledger agree, and no claim is lost, whatever is done at the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const cohort = await given({ capacity: 10 });
      const days = ['2027-10-05', '2027-10-06', '2027-10-07'];
      const [claims] = await Promise.all([
        Promise.allSettled(days.map(async () => await at.claim(cohort, trust))),
        Promise.allSettled(days.map(async (day) => await move(cohort, 2, on(day, '2027-12-07')))),
        round % 2 === 0 ? undefined : cancelCohort.perform(at.as(host), { cohort: cohort.id }),
      ]);
      const { firstDay, version } = await seen(cohort);
      const ledger = await at.ledger(cohort);
      expect(ledger).toMatchObject({ planned: version, listed: `ALL#${firstDay}` });
      expect(version).toBeLessThanOrEqual(3);
      const made = claims.filter(({ status }) => status === 'fulfilled').length;
      expect(Object.keys(ledger.entries)).toHaveLength(made);
      if (round % 2 === 0) expect([made, version]).toEqual([3, 3]);
    }
  });

  test('is not moved once it is cancelled; control: without the condition it would be', async () => {
    const later = on('2027-10-05', '2027-12-07');
    const cancelledFirst = (cohort: Cohort, guarded: boolean): Table => ({
      ...at.table,
      transact: async (writes) => {
        await cancelCohort.perform(at.as(host), { cohort: cohort.id });
        return await at.table.transact(guarded ? writes : writes.map(unconditional));
      },
    });
    const [one, other] = [await given(), await given()];
    await expect(move(one, 2, later, cancelledFirst(one, true))).rejects.toEqual(refused('cohort.already-ended'));
    expect(await seen(one)).toMatchObject({ status: 'cancelled', firstDay: '2027-09-07' });
    await move(other, 2, later, cancelledFirst(other, false));
    expect(await seen(other)).toMatchObject({ status: 'cancelled', firstDay: '2027-10-05' });
  });

  test('one that is refused again and again answers request.busy', async () => {
    const cohort = await given();
    const busy: Table = { ...at.table, transact: async () => await Promise.resolve(false) };
    await expect(move(cohort, 2, on('2027-10-05', '2027-12-07'), busy)).rejects.toEqual(refused('request.busy'));
  });
});

/** The write of the ledger without its condition. */
function unconditional(write: TransactionWrite): TransactionWrite {
  if (!('change' in write)) return write;
  const { ':cancelled': _cancelled, ...values } = write.change.values ?? {};
  return { key: write.key, change: { update: write.change.update, values } };
}
