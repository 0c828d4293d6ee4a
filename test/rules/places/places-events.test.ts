import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Announcement } from '../../../shared/events/define-event.ts';
import { enclose } from '../../../shared/events/envelope.ts';
import { standingOf, type Ledger } from '../../../shared/places/ledger.ts';
import { eventsOfLedger, restateLedger } from '../../../shared/places/ledger-events.ts';
import { placeEvents } from '../../../shared/places/places-events.ts';
import { after, changesIn, histories, ledgerOf, organisations } from '../../support/random-ledgers.ts';

type EventsRule = (before: Ledger | undefined, after: Ledger) => readonly Announcement[];
const [trust = '', council = '', practice = '', host = ''] = organisations;
const key = { pk: 'COHORT#coh_0123456789ab', sk: 'LEDGER' };

/** Who holds what, as somebody knows it who has seen nothing but the ledger: `<ticket> <organisation>`. */
function held(ledger: Ledger | undefined) {
  const { confirmed, waiting } = ledger === undefined ? { confirmed: [], waiting: [] } : standingOf(ledger);
  const named = (entries: typeof confirmed) =>
    entries.map(({ ticket, organisation }) => `${String(ticket)} ${organisation}`);
  return { confirmed: named(confirmed), waiting: named(waiting) };
}
/** The places that events of one type speak of, in the same words. */
function toldBy(events: readonly Announcement[], type: string): string[] {
  return events
    .filter((event) => event.type === type)
    .flatMap(({ data }) => {
      const { tickets, organisation } = data;
      return Array.isArray(tickets) ? tickets.map((ticket) => `${String(ticket)} ${String(organisation)}`) : [];
    });
}
const isSame = (one: readonly string[], other: readonly string[]) =>
  [...one].sort().join() === [...other].sort().join();
const without = (one: readonly string[], other: readonly string[]) => one.filter((its) => !other.includes(its));

/** Whether the events of a change say exactly how the one image differs from the other. */
function tellsTheDifference(events: readonly Announcement[], before: Ledger | undefined, is: Ledger): boolean {
  const [was, now] = [held(before), held(is)];
  const [all, left] = [
    [...was.confirmed, ...was.waiting],
    [...now.confirmed, ...now.waiting],
  ];
  const gone = is.change.type === 'lapsed' ? 'place.lapsed' : 'place.given-back';
  return (
    isSame(toldBy(events, 'place.claimed'), without(left, all)) &&
    isSame(toldBy(events, gone), without(all, left)) &&
    isSame(toldBy(events, 'place.confirmed'), without(now.confirmed, was.confirmed)) &&
    isSame(toldBy(events, 'place.waiting'), without(without(now.waiting, was.waiting), was.confirmed))
  );
}
const differences = (rule: EventsRule) =>
  fc.property(histories, (images) =>
    changesIn(images).every(({ before, after: is }) => tellsTheDifference(rule(before, is), before, is)),
  );

/** Whether a subscriber who starts from nothing and goes by events alone ends up knowing who holds what. */
const retold = (rule: EventsRule) =>
  fc.property(histories, (images) => {
    let [confirmed, waiting]: [string[], string[]] = [[], []];
    for (const { before, after: is } of changesIn(images)) {
      const events = rule(before, is);
      const gone = [...toldBy(events, 'place.given-back'), ...toldBy(events, 'place.lapsed')];
      const promoted = toldBy(events, 'place.confirmed');
      confirmed = without([...confirmed, ...promoted], gone);
      waiting = without([...waiting, ...toldBy(events, 'place.waiting')], [...gone, ...promoted]);
    }
    const last = held(images.at(-1));
    return isSame(confirmed, last.confirmed) && isSame(waiting, last.waiting);
  });

/** The same ledger with its entries in another order, as a map may come back from the table. */
const shuffled = (ledger: Ledger): Ledger => ({
  ...ledger,
  entries: Object.fromEntries(Object.entries(ledger.entries).reverse()),
});
const idsOf = (announcements: readonly Announcement[], { version, change }: Ledger) =>
  announcements.map((one) => enclose(one, { key, epoch: 1, version, at: change.at }).id);
type Naming = (announcements: readonly Announcement[], ledger: Ledger) => readonly string[];
const stableIds = (name: Naming) =>
  fc.property(histories, (images) =>
    changesIn(images).every(({ before, after: is }) => {
      const events = [...eventsOfLedger(before, is)];
      const ids = name(events, is);
      // Retried by a later release, say, which announces other things before them.
      const again = [...eventsOfLedger(before === undefined ? undefined : shuffled(before), shuffled(is))].reverse();
      const whatOf = (all: readonly Announcement[], its: readonly string[]) =>
        all.map(({ type, data }, index) => `${its[index] ?? ''} ${type} ${JSON.stringify(data)}`);
      return new Set(ids).size === ids.length && isSame(whatOf(events, ids), whatOf(again, name(again, is)));
    }),
  );

describe('the events of a ledger', () => {
  test('tell exactly how one image differs from the other', () => {
    fc.assert(differences(eventsOfLedger), { numRuns: 300 });
  });

  test('are enough for a subscriber who knows nothing else', () => {
    fc.assert(retold(eventsOfLedger), { numRuns: 300 });
  });

  const forgetful: Readonly<Record<string, EventsRule>> = {
    'forgets promotions': (before, is) =>
      eventsOfLedger(before, is).filter(({ type }) => type !== 'place.confirmed' || is.change.type === 'claimed'),
    'goes by the change alone': (before, is) => (is.change.type === 'claimed' ? eventsOfLedger(before, is) : []),
    'takes each image for the first': (_before, is) => eventsOfLedger(undefined, is),
    'tells of the lowest ticket only': (before, is) =>
      eventsOfLedger(before, is).map((event) => {
        const { tickets } = event.data;
        return Array.isArray(tickets) ? { ...event, data: { ...event.data, tickets: tickets.slice(0, 1) } } : event;
      }),
  };
  test.each(Object.entries(forgetful))('control: a rule that %s is noticed', (_how, rule) => {
    expect(fc.check(differences(rule), { seed: 1 }).failed).toBe(true);
  });
  test('control: a subscriber misses promotions that are not told', () => {
    expect(fc.check(retold(forgetful['forgets promotions'] ?? eventsOfLedger), { seed: 1 }).failed).toBe(true);
  });

  test('have ids of their own that are the same each time, in whatever order the entries come', () => {
    fc.assert(stableIds(idsOf), { numRuns: 300 });
  });
  test('control: ids by position are not', () => {
    const byPosition: Naming = (events, ledger) =>
      events.map(({ type }, index) => `${String(ledger.version)}.${type}.${String(index)}`);
    expect(fc.check(stableIds(byPosition), { seed: 1, numRuns: 300 }).failed).toBe(true);
  });
  test('control: ids without what tells two of a kind apart are not', () => {
    const byType: Naming = (events, ledger) => events.map(({ type }) => `${String(ledger.version)}.${type}`);
    expect(fc.check(stableIds(byType), { seed: 1, numRuns: 300 }).failed).toBe(true);
  });

  test('fit the catalogue, and are told to the holder and the host, once', () => {
    const schemas = new Map<string, (typeof placeEvents)[number]['data']>(
      placeEvents.map(({ type, data }) => [type, data]),
    );
    fc.assert(
      fc.property(histories, (images) => {
        for (const { before, after: is } of changesIn(images)) {
          for (const { type, data, audience } of [...eventsOfLedger(before, is), ...restateLedger(is)]) {
            expect(schemas.get(type)?.safeParse(data)).toEqual({ success: true, data });
            if (!type.startsWith('place.')) continue;
            const holder = data['organisation'];
            expect(audience).toEqual(holder === is.host ? [host] : [holder, host]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a change', () => {
  const opened = ledgerOf({ capacity: 1, waitlist: 5 });
  const counts = { cohort: 'coh_0123456789ab', host, capacity: 1, free: 1, waiting: 0 };
  const changedTo = (type: string, audience: unknown, by: Partial<Ledger> = {}): Ledger => ({
    ...opened,
    ...by,
    version: 2,
    change: { ...opened.change, type, audience },
  });

  test.each([
    ['opened', 'cohort.opened'],
    ['closed', 'cohort.closed'],
    ['cancelled', 'cohort.cancelled'],
    ['capacity-changed', 'cohort.capacity-changed'],
  ])('that is %s causes %s, with the counts, told to all', (type, event) => {
    expect(eventsOfLedger(opened, changedTo(type, 'all'))).toEqual([
      { type: event, version: 1, audience: 'all', data: counts },
    ]);
  });

  test('of a cohort for named partners is told to its host and to them, each once', () => {
    const told = (audience: unknown) =>
      eventsOfLedger(undefined, changedTo('opened', audience)).map((one) => one.audience);
    expect(told([trust, council])).toEqual([[host, trust, council]]);
    expect(told([trust, host])).toEqual([[host, trust]]);
    expect(told([host])).toEqual([[host]]);
  });

  test('about the cohort that does not say who is told is a fault, not a secret', () => {
    expect(() => eventsOfLedger(opened, changedTo('closed', undefined))).toThrow();
  });

  test('of a kind that announces nothing causes nothing: a compaction', () => {
    const claimed = after(opened, { kind: 'claim', organisation: 0, quantity: 2 });
    const back = after(claimed, { kind: 'give-back', chosen: [0] });
    expect(eventsOfLedger(back, after(back, { kind: 'compact' }))).toEqual([]);
  });

  test('that cancels tells it once; the places on it are not given back one by one', () => {
    const claimed = after(opened, { kind: 'claim', organisation: 0, quantity: 2 });
    const cancelled = {
      ...claimed,
      status: 'cancelled',
      version: 3,
      change: { ...opened.change, type: 'cancelled' },
    } as const;
    expect(eventsOfLedger(claimed, cancelled).map(({ type }) => type)).toEqual(['cohort.cancelled']);
  });

  test('of several organisations at once tells each its own', () => {
    const steps = [0, 1, 2, 1].map((organisation) => ({ kind: 'claim', organisation, quantity: 2 }) as const);
    const full = steps.reduce((image, step) => after(image, step), ledgerOf({ capacity: 1, waitlist: 10 }));
    const raised = after(full, { kind: 'capacity', capacity: 8 });
    expect(
      eventsOfLedger(full, raised).map(({ type, data, audience, distinction }) => [
        type,
        data['tickets'],
        audience,
        distinction,
      ]),
    ).toEqual([
      ['cohort.capacity-changed', undefined, 'all', undefined],
      ['place.confirmed', [2], [trust, host], '2'],
      ['place.confirmed', [3, 4, 7, 8], [council, host], '3'],
      ['place.confirmed', [5, 6], [practice, host], '5'],
    ]);
  });
});

describe('a ledger that is told anew', () => {
  test('says how it stands, and to each holder what they have, also who has nothing left', () => {
    const steps = [
      { kind: 'claim', organisation: 0, quantity: 2 },
      { kind: 'claim', organisation: 1, quantity: 1 },
      { kind: 'give-back', chosen: [2] },
    ] as const;
    const ledger = steps.reduce((image, step) => after(image, step), ledgerOf({ capacity: 1, waitlist: 5 }));
    const cohort = 'coh_0123456789ab';
    const place = { type: 'place.restated', version: 1 };
    expect(restateLedger(ledger)).toEqual([
      {
        type: 'cohort.places-restated',
        version: 1,
        audience: 'all',
        data: { cohort, host, capacity: 1, free: 0, waiting: 1, status: 'open' },
      },
      {
        ...place,
        audience: [trust, host],
        data: { cohort, organisation: trust, confirmed: [1], waiting: [2] },
        distinction: trust,
      },
      {
        ...place,
        audience: [council, host],
        data: { cohort, organisation: council, confirmed: [], waiting: [] },
        distinction: council,
      },
    ]);
  });

  test('says where it was moved to, if it was', () => {
    const data = (facts: Parameters<typeof ledgerOf>[0]) => restateLedger(ledgerOf(facts))[0]?.data;
    expect(data({ listed: 'ALL#2027-10-05', dueSince: 4 })).toMatchObject({ firstDay: '2027-10-05' });
    expect(data({ listed: 'ALL#2027-10-05' })).not.toHaveProperty('firstDay');
  });

  test('is told to all who may have heard of it: of partners by name those with places, of a dropped draft the host', () => {
    const told = (facts: Parameters<typeof ledgerOf>[0]) => restateLedger(ledgerOf(facts))[0]?.audience;
    const shared = { listed: 'prg_0123456789ab#2027-09-07', live: { [trust.slice(4)]: 0, [host.slice(4)]: 1 } };
    expect(told({ status: 'cancelled', version: 3 })).toBe('all');
    expect(told({ ...shared, version: 3 })).toEqual([host, trust]);
    expect(told({ status: 'cancelled', version: 1 })).toEqual([host]);
  });
});
