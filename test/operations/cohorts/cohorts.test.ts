import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PersonActor } from '../../../shared/context.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { getCohort } from '../../../shared/cohorts/get-cohort.ts';
import { listProgrammeCohorts } from '../../../shared/cohorts/list-programme-cohorts.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { updateCohort } from '../../../shared/cohorts/update-cohort.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { createProgramme } from '../../../shared/programmes/create-programme.ts';
import type { Table } from '../../../shared/table/table.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

describe('cohorts', () => {
  let database: TestTable;
  let relay: StreamRelay;
  let host: PersonActor;
  let partner: PersonActor;
  let programme: string;
  const clock = movableClock();
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
    host = await givenFirstOrganisation(database.table, clock);
    partner = await givenOrganisation(database.table, clock, host, 'Partner');
    programme = await givenProgramme(database.table, clock, organisationOf(host));
    await relay.relayAll();
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const organisationOf = (person: PersonActor) => person.membership?.organisation ?? '';
  const as = (person: PersonActor, request = {}, table: Table = database.table) =>
    contextOf(table, clock, person, request);
  const plan = async (given = {}, request = {}) =>
    await createCohort.perform(as(host, request), {
      ...createCohort.example,
      opensAt: clock.now().toISOString(),
      programme,
      ...given,
    });
  const open = async (cohort: string) => await openCohort.perform(as(host), { cohort });
  const cancel = async (cohort: string) => await cancelCohort.perform(as(host), { cohort });
  const close = async (cohort: string) => await closeCohort.perform(as(host), { cohort });
  const update = async (input: Readonly<Record<string, unknown>>, expectedVersion: number) =>
    await updateCohort.perform(as(host, { expectedVersion }), input);
  const refused = (code: string) => expect.objectContaining({ code });

  test('is planned for a published programme only, and takes from it what no longer changes', async () => {
    const { id, version, ...cohort } = await plan();
    expect(version).toBe(1);
    expect(cohort).toMatchObject({
      title: createProgramme.example['title'],
      status: 'draft',
      firstDay: '2027-09-14',
      free: 20,
      waiting: 0,
      holders: [],
    });
    expect(await relay.relayAll()).toMatchObject([
      { type: 'cohort.created', audience: [organisationOf(host)], data: { cohort: id, programme } },
    ]);
    const draft = await createProgramme.perform(as(host), createProgramme.example);
    await expect(plan({ programme: draft.id })).rejects.toEqual(refused('programme.not-published'));
    const elsewhere = createCohort.perform(as(partner), { ...createCohort.example, programme });
    await expect(elsewhere).rejects.toEqual(refused('programme.not-found'));
    await relay.relayAll();
  });

  test('a plan that does not fit together is refused with its fields', async () => {
    const refusedPlan = plan({ capacity: 150, waitlist: 31, opensAt: '2027-09-15T00:00:00Z' });
    await expect(refusedPlan).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field: 'waitlist' }, { field: 'opensAt' }] },
    });
  });

  test('a draft is seen by nobody but its host, changes on condition of its version, and opens once', async () => {
    const { id: cohort } = await plan({}, { idempotencyKey: 'plan-once' });
    await expect(getCohort.perform(as(partner), { cohort })).rejects.toEqual(refused('cohort.not-found'));
    await expect(claimPlace.perform(as(partner), { cohort, quantity: 1 })).rejects.toEqual(refused('cohort.not-found'));
    const sessions = [
      { day: '2027-10-05', from: '09:30', to: '16:30' },
      { day: '2027-11-02', from: '09:30', to: '16:30' },
    ];
    expect(await update({ cohort, capacity: 3, sessions }, 1)).toMatchObject({
      capacity: 3,
      waitlist: 10,
      firstDay: '2027-10-05',
      lastDay: '2027-11-02',
      version: 2,
    });
    await expect(update({ cohort, capacity: 4 }, 1)).rejects.toEqual(refused('request.stale'));
    expect((await relay.relayAll()).map(({ type, audience }) => [type, audience])).toEqual([
      ['cohort.created', [organisationOf(host)]],
      ['cohort.updated', [organisationOf(host)]],
    ]);

    const opening = await Promise.all(Array.from({ length: 6 }, async () => await open(cohort)));
    expect(new Set(opening.map(({ status, version }) => `${status} ${String(version)}`))).toEqual(new Set(['open 3']));
    expect((await relay.relayAll()).map(({ type, audience }) => [type, audience])).toEqual([['cohort.opened', 'all']]);
    await expect(update({ cohort, capacity: 4 }, 3)).rejects.toEqual(refused('cohort.not-draft'));
    expect(await plan({}, { idempotencyKey: 'plan-once' })).toMatchObject({ id: cohort, status: 'open', capacity: 3 });
    const changed = plan({ capacity: 5 }, { idempotencyKey: 'plan-once' });
    await expect(changed).rejects.toEqual(refused('request.key-reused'));
  });

  test('a session keeps its id when it is moved in a draft; one that is new has another', async () => {
    const { id: cohort, sessions } = await plan();
    expect(sessions.map(({ id }) => id)).toEqual(['1-1']);
    const [was, later] = ['2027-10-05', '2027-11-02'].map((day) => ({ day, from: '09:30', to: '16:30' }));
    const changed = await update({ cohort, sessions: [{ ...was, id: '1-1' }, later] }, 1);
    expect(changed.sessions).toEqual([
      { ...was, id: '1-1' },
      { ...later, id: '2-2' },
    ]);
    expect((await update({ cohort, capacity: 4 }, 2)).sessions).toEqual(changed.sessions);
    expect((await update({ cohort, sessions: [later] }, 3)).sessions).toEqual([{ ...later, id: '2-2' }]);
    await expect(update({ cohort, sessions: [{ ...was, id: '1-1' }] }, 4)).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field: 'sessions.0.id' }] },
    });
    await expect(plan({ sessions: [{ ...was, id: '1-1' }] })).rejects.toEqual(refused('request.invalid'));
    await relay.relayAll();
  });

  test('the host sees who holds what; another organisation what it has itself, and the counts', async () => {
    const { id: cohort } = await plan({ capacity: 2, waitlist: 2 });
    await open(cohort);
    await claimPlace.perform(as(partner), { cohort, quantity: 1 });
    await claimPlace.perform(as(host), { cohort, quantity: 2 });
    const seenByHost = await getCohort.perform(as(host), { cohort });
    expect(seenByHost).toMatchObject({ confirmed: 2, free: 0, waiting: 1, own: { confirmed: 1, waiting: 1 } });
    expect(seenByHost.holders).toEqual([
      { organisation: organisationOf(partner), confirmed: 1, waiting: 0 },
      { organisation: organisationOf(host), confirmed: 1, waiting: 1 },
    ]);
    const seenByPartner = await getCohort.perform(as(partner), { cohort });
    expect(seenByPartner).toMatchObject({ free: 0, waiting: 1, own: { confirmed: 1, waiting: 0 } });
    expect(seenByPartner.holders).toBeUndefined();
  });

  test('a cohort of a restricted programme is seen by its partners alone', async () => {
    const outsider = await givenOrganisation(database.table, clock, host, 'Outsider');
    const named = await givenProgramme(database.table, clock, organisationOf(host), [organisationOf(partner)]);
    const { id: cohort } = await plan({ programme: named });
    await open(cohort);
    expect(await getCohort.perform(as(partner), { cohort })).toMatchObject({ status: 'open' });
    await expect(getCohort.perform(as(outsider), { cohort })).rejects.toEqual(refused('cohort.not-found'));
    const opened = (await relay.relayAll()).find(
      (event) => event.type === 'cohort.opened' && event.aggregate === cohort,
    );
    expect(opened?.audience).toEqual([organisationOf(host), organisationOf(partner)]);
  });

  test('a cohort closes when it is open, and is cancelled from any state; both may be repeated', async () => {
    const { id: cohort } = await plan();
    await expect(close(cohort)).rejects.toEqual(refused('cohort.not-open'));
    await open(cohort);
    await relay.relayAll();
    expect([await close(cohort), await close(cohort)].map(({ status }) => status)).toEqual(['closed', 'closed']);
    await expect(open(cohort)).rejects.toEqual(refused('cohort.already-ended'));
    const claim = claimPlace.perform(as(partner), { cohort, quantity: 1 });
    await expect(claim).rejects.toEqual(refused('cohort.not-open'));
    expect([await cancel(cohort), await cancel(cohort)].map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
    ]);
    await expect(close(cohort)).rejects.toEqual(refused('cohort.already-ended'));
    expect((await relay.relayAll()).map(({ type }) => type)).toEqual(['cohort.closed', 'cohort.cancelled']);
  });

  test('a draft that is cancelled stays unknown to others', async () => {
    const { id: cohort } = await plan();
    await relay.relayAll();
    expect([await cancel(cohort), await cancel(cohort)].map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
    ]);
    await expect(open(cohort)).rejects.toEqual(refused('cohort.already-ended'));
    await expect(getCohort.perform(as(partner), { cohort })).rejects.toEqual(refused('cohort.not-found'));
    expect((await relay.relayAll()).map(({ type, audience }) => [type, audience])).toEqual([
      ['cohort.cancelled', [organisationOf(host)]],
    ]);
  });

  test('opening, cancelling and changing a draft at once leave one ledger, made from the plan that stands', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id: cohort } = await plan();
      await Promise.allSettled([open(cohort), update({ cohort, capacity: 7 }, 1), cancel(cohort), open(cohort)]);
      const after = await getCohort.perform(as(host), { cohort });
      expect(after.status).toBe('cancelled');
      const ledger = await claimPlace.perform(as(host), { cohort }).catch((error: unknown) => error);
      expect(ledger).toEqual(refused('cohort.not-open'));
      expect([7, 20]).toContain(after.capacity);
      // A plan of version 3 was changed before it left its draft; its ledger has that capacity and no other.
      expect(after.capacity).toBe(after.version === 3 ? 7 : 20);
    }
    await relay.relayAll();
  });

  test('control: without the condition on the version, an acknowledged change of the plan would be lost', async () => {
    const { id: cohort } = await plan();
    const late: Table = {
      ...database.table,
      transact: async (writes) => {
        await update({ cohort, capacity: 7 }, 1);
        const unguarded = writes.map((write) =>
          'put' in write && write.put.sk === 'COHORT' ? { put: write.put } : write,
        );
        return await database.table.transact(unguarded);
      },
    };
    await openCohort.perform(as(host, {}, late), { cohort });
    const lost = await getCohort.perform(as(host), { cohort });
    expect(lost.capacity).toBe(20);
  });

  test('a host lists the cohorts of its programme, drafts too, with how each stands', async () => {
    const own = await givenProgramme(database.table, clock, organisationOf(host));
    const [draft, opened, closed] = [
      await plan({ programme: own, name: 'Draft' }),
      await plan({ programme: own, name: 'Opened', capacity: 2 }),
      await plan({ programme: own, name: 'Closed' }),
    ];
    await open(opened.id);
    await open(closed.id);
    await close(closed.id);
    await claimPlace.perform(as(partner), { cohort: opened.id, quantity: 3 });
    await relay.relayAll();
    const { items } = await listProgrammeCohorts.perform(as(host), { programme: own });
    expect(
      new Map(items.map(({ id, status, confirmed, free, waiting }) => [id, [status, confirmed, free, waiting]])),
    ).toEqual(
      new Map([
        [draft.id, ['draft', 0, 20, 0]],
        [opened.id, ['open', 2, 0, 1]],
        [closed.id, ['closed', 0, 20, 0]],
      ]),
    );
    const first = await listProgrammeCohorts.perform(as(host), { programme: own, limit: 2 });
    const rest = await listProgrammeCohorts.perform(as(host), { programme: own, limit: 2, after: first.next });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    expect(rest.next).toBeUndefined();
    const elsewhere = listProgrammeCohorts.perform(as(partner), { programme: own });
    await expect(elsewhere).rejects.toEqual(refused('programme.not-found'));
  });
});
