import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiKey } from '../../../shared/api-keys/create-api-key.ts';
import type { Actor } from '../../../shared/context.ts';
import { feedEventSchema } from '../../../shared/events/feed-entry.ts';
import { listEvents } from '../../../shared/events/list-events.ts';
import { keys } from '../../../shared/table/keys.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf, seededNumbers } from '../../support/context.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const host = organisationNamed('host');
const trust = organisationNamed('trust');
const council = organisationNamed('council');
const outsider = organisationNamed('outsider');
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});
type Input = Readonly<Record<string, unknown>>;
const list = async (organisation: string, input: Input = {}) => await listEvents.perform(at.as(organisation), input);
const seen = ({ events }: Awaited<ReturnType<typeof list>>) =>
  events.map(({ type, aggregate, data }) => [type, aggregate, data['tickets']]);
/** Where a feed ends at this moment, so that a test sees what it does itself. */
async function endOf(organisation: string): Promise<string> {
  let [after, page] = ['e1.o0.a0', await list(organisation, { limit: 200 })];
  while (page.next !== after) [after, page] = [page.next, await list(organisation, { limit: 200, after: page.next })];
  return after;
}

describe('the events that an organisation reads', () => {
  test('are its own and those for all; of a restricted cohort an outsider learns nothing', async () => {
    const cohort = await at.given({ sharedWith: [trust], capacity: 1, waitlist: 3 });
    const open = await at.given();
    await at.claim(cohort, trust, { quantity: 2 });
    await at.claim(open, council);
    await at.told(cohort);
    const ofAll = ['cohort.opened', open.id, undefined];
    expect(seen(await list(trust))).toEqual([
      ['cohort.opened', cohort.id, undefined],
      ['place.claimed', cohort.id, [1, 2]],
      ['place.confirmed', cohort.id, [1]],
      ['place.waiting', cohort.id, [2]],
      ofAll,
    ]);
    expect(seen(await list(outsider))).toEqual([ofAll]);
    expect(seen(await list(council))).toEqual([
      ['place.claimed', open.id, [1]],
      ['place.confirmed', open.id, [1]],
      ofAll,
    ]);
    expect(seen(await list(host))).toHaveLength(7);
  });

  test('are as they are in the catalogue, without the list of all who were told', async () => {
    const { events } = await list(host);
    for (const event of events) expect(feedEventSchema.strict().parse(event)).toEqual(event);
    expect(events[0]).not.toHaveProperty('audience');
  });

  test('go on from `next`, which is given also when there was nothing new', async () => {
    const after = await endOf(trust);
    expect(await list(trust, { after })).toEqual({ events: [], next: after });
    const cohort = await at.given();
    await at.claim(cohort, trust);
    await at.told(cohort);
    const { events, next } = await list(trust, { after });
    expect(events.map(({ type }) => type)).toEqual(['place.claimed', 'place.confirmed', 'cohort.opened']);
    expect(await list(trust, { after: next })).toEqual({ events: [], next });
  });

  test('are each seen once by a follower who reads at odd moments, a few at a time', async () => {
    const numbers = seededNumbers(21);
    const cohort = await at.given({ capacity: 3, waitlist: 100 });
    let after = await endOf(trust);
    const followed: string[] = [];
    const follow = async (): Promise<boolean> => {
      const page = await list(trust, { after, limit: 2 + Math.floor(numbers() * 4) });
      followed.push(...page.events.map(({ id }) => id));
      const isMoved = page.next !== after;
      after = page.next;
      return isMoved;
    };
    const told: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      await at.claim(cohort, i % 3 === 0 ? council : trust);
      if (i % 4 === 3) await at.setCapacity(cohort, 4 + i);
      if (numbers() < 0.5) continue;
      told.push(...(await tellTrust(cohort)));
      await follow();
    }
    told.push(...(await tellTrust(cohort)));
    while (await follow());
    expect(new Set(followed).size).toBe(followed.length);
    expect(new Set(followed)).toEqual(new Set(told));
  });

  /** Relays what was done, and gives the ids of what the trust is to hear of it. */
  async function tellTrust(cohort: Parameters<PlacesTable['told']>[0]): Promise<string[]> {
    const told = await at.told(cohort);
    return told.flatMap(({ id, audience }) => (audience === 'all' || audience.includes(trust) ? [id] : []));
  }

  test('that are kept no longer are not passed over in silence', async () => {
    const late = organisationNamed('late');
    const cohort = await at.given({ sharedWith: [late] });
    await at.claim(cohort, late);
    await at.told(cohort);
    const { next } = await list(late);
    await at.giveBack(cohort, late, [1]);
    await at.claim(cohort, late);
    await at.told(cohort);
    await at.table.delete(keys.feedEntry(late, 3));
    await expect(list(late, { after: next })).rejects.toMatchObject({ code: 'event.expired' });
    // Also not to a reader who has had none of them yet; who asks for the oldest that is kept gets that.
    await at.table.delete(keys.feedEntry(late, 1));
    await expect(list(late, { after: 'e1.o0.a0' })).rejects.toMatchObject({ code: 'event.expired' });
    expect((await list(late)).events.length).toBeGreaterThan(0);
  });
});

test('of members and API keys are shown to administrators alone; the cursor is the same for all', async () => {
  const own = organisationNamed('own');
  const administrator = contextOf(at.table, clock, personOf(own, ['administrator']));
  await createApiKey.perform(administrator, createApiKey.example);
  await at.relay.relayAll();
  const read = async (actor: Actor) => await listEvents.perform(contextOf(at.table, clock, actor), {});
  const all = await read(administrator.actor);
  const isOwn = ({ type }: { readonly type: string }) => type.startsWith('api-key.');
  expect(all.events.filter(isOwn).map(({ type }) => type)).toEqual(['api-key.created']);
  const key: Actor = { kind: 'client', key: 'key_0123456789ab', organisation: own, scopes: ['events:read'] };
  for (const actor of [personOf(own, ['programme-lead']), key]) {
    const { events, next } = await read(actor);
    expect(events).toEqual(all.events.filter((event) => !isOwn(event)));
    expect(next).toBe(all.next);
  }
});

test('after a restore of the table no cursor of before is good, for its positions may name other events', async () => {
  const { next } = await list(trust);
  const restored = { ...at.as(trust), epoch: 2 };
  await expect(listEvents.perform(restored, { after: next })).rejects.toMatchObject({ code: 'event.expired' });
  const anew = await listEvents.perform(restored, {});
  expect(anew.events.length).toBeGreaterThan(0);
  expect(await listEvents.perform(restored, { after: anew.next })).toBeDefined();
});

describe('a request for events', () => {
  test.each([
    '',
    'e1.o1',
    'e1.a1.o1',
    'o1.a1',
    'e1.o-1.a1',
    'e1.o1.a1 ',
    'e1.o1.a12345678901',
    `e1.o1.a${'1'.repeat(80)}`,
  ])('with a cursor that `next` never said is refused: %p', async (after) => {
    await expect(list(trust, { after })).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field: 'after' }] },
    });
  });

  test('asks for two to two hundred changes, half of them from each feed', async () => {
    for (const limit of [1, 201, 2.5]) {
      await expect(list(trust, { limit })).rejects.toMatchObject({ code: 'request.invalid' });
    }
    const { next } = await list(trust, { limit: 2 });
    expect(next).toBe('e1.o1.a1');
    expect((await list(trust, { limit: '4', after: next })).next).toBe('e1.o3.a3');
  });

  test('is for leads and administrators, and for keys with the scope', async () => {
    const staff = listEvents.perform(contextOf(at.table, clock, personOf(trust, ['staff'])), {});
    await expect(staff).rejects.toMatchObject({ code: 'actor.not-allowed' });
    const key = { kind: 'client', key: 'key_0123456789ab', organisation: trust } as const;
    const scoped = contextOf(at.table, clock, { ...key, scopes: ['events:read'] });
    expect((await listEvents.perform(scoped, {})).events.length).toBeGreaterThan(0);
    const unscoped = listEvents.perform(contextOf(at.table, clock, { ...key, scopes: ['places:read'] }), {});
    await expect(unscoped).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });
});
