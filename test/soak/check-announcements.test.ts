import { describe, expect, test } from '@jest/globals';
import type { Envelope } from '../../shared/events/envelope.ts';
import { checkAnnouncements } from './check-announcements.ts';
import { expectedEvents, expectedRestatement, type ExpectedEvent } from './expected-events.ts';
import type { Image } from './images.ts';
import { noteViolations } from './violations.ts';

const cohort = 'coh_0123456789ab';
const host = 'org_hhhhhhh';
const trust = 'org_aaaaaaa';
const at = (minute: number) => new Date(Date.UTC(2027, 0, 4, 9, minute)).toISOString();

/** A cohort of one place opens, the trust claims two, and gives the first back: the second is confirmed. */
const opened: Image = {
  pk: `COHORT#${cohort}`,
  host,
  status: 'open',
  capacity: 1,
  waitlist: 2,
  room: 3,
  next: 1,
  version: 1,
  entries: {},
  live: {},
  until: {},
  listed: 'ALL#2027-09-07',
  change: { type: 'opened', by: 'mem_host', at: at(0), audience: 'all' },
};
const claimed: Image = {
  ...opened,
  version: 2,
  entries: { 'aaaaaaaclaim001.0': 1, 'aaaaaaaclaim001.1': 2 },
  live: { aaaaaaa: 2 },
  change: { type: 'claimed', by: 'mem_trust', at: at(1) },
};
const givenBack: Image = {
  ...claimed,
  version: 3,
  entries: { 'aaaaaaaclaim001.0': -1, 'aaaaaaaclaim001.1': 2 },
  live: { aaaaaaa: 1 },
  change: { type: 'given-back', by: 'mem_trust', at: at(2) },
};
const images = [opened, claimed, givenBack];

const enveloped = ({ event, feeds }: ExpectedEvent): Envelope => ({
  ...event,
  audience: feeds.has('ALL') ? 'all' : [...feeds],
});
type Checker = ReturnType<typeof checkAnnouncements>;
type Told = readonly { readonly version: number; readonly events: readonly Envelope[] }[];

/** What everybody is told, change by change, as it should be. */
const right: Told = images.map((image, index) => ({
  version: image.version,
  events: expectedEvents(images[index - 1], image).map(enveloped),
}));
const changed = (told: Told, version: number, change: (events: readonly Envelope[]) => readonly Envelope[]): Told =>
  told.map((one) => (one.version === version ? { version, events: change(one.events) } : one));

/** What is told of places of the trust. */
const place = (type: string, version: number, ...tickets: readonly number[]): Envelope => ({
  id: `${cohort}.1.${String(version)}.${type}.${String(tickets[0])}`,
  type,
  version: 1,
  at: at(0),
  aggregate: cohort,
  aggregateVersion: version,
  audience: [trust, host],
  data: { cohort, organisation: trust, tickets },
});

interface Places {
  readonly bus?: Told;
  readonly feeds?: Told;
  readonly history?: Told;
  readonly restating?: boolean;
}

/** What the checker finds when this is told where something else is not said. */
function found(
  { bus = right, feeds = right, history = right, restating = false }: Places,
  otherwise?: (checker: Checker) => void,
) {
  const violations = noteViolations();
  const checker = checkAnnouncements(violations, { restating });
  for (const image of images) checker.image(image);
  for (const { events } of bus) checker.bus(events);
  for (const feed of ['ALL', host, trust]) {
    const entries = feeds.flatMap(({ events }) => {
      const mine = events.filter(({ audience }) => (audience === 'all' ? feed === 'ALL' : audience.includes(feed)));
      return mine.length === 0 ? [] : [mine];
    });
    checker.follow(
      feed,
      entries.map((mine, index) => ({ position: index + 1, events: mine })),
    );
  }
  checker.history(cohort, history);
  otherwise?.(checker);
  checker.finish();
  return Object.keys(violations.counts).sort();
}

const without = (type: string) => (events: readonly Envelope[]) => events.filter((event) => event.type !== type);
const asTold = (facts: Partial<Envelope>) => (events: readonly Envelope[]) =>
  events.map((event) => ({ ...event, ...facts }));

describe('the checker of announcements', () => {
  test('finds nothing in what is right, also when it is told twice', () => {
    expect(right.map(({ events }) => events.length)).toEqual([1, 3, 2]);
    expect(found({})).toEqual([]);
    expect(found({ bus: [...right, ...right], feeds: [...right, ...right] })).toEqual([]);
  });

  test('finds an event that is missing on the bus, in a feed, or in history', () => {
    const lacking = changed(right, 3, without('place.confirmed'));
    expect(found({ bus: lacking })).toEqual(['lost-event']);
    expect(found({ feeds: lacking })).toEqual(['lost-event']);
    expect(found({ history: lacking })).toEqual(['lost-event']);
  });

  test('finds a version that is missing in history', () => {
    expect(found({ history: right.slice(0, 2) })).toEqual(['lost-event', 'lost-version']);
  });

  test('finds an event that nothing gave, or that says something else than what did', () => {
    const invented = changed(right, 2, (events) => [
      ...events,
      ...asTold({ id: `${cohort}.1.2.place.claimed.9` })(events),
    ]);
    const another = changed(right, 2, asTold({ data: { cohort, organisation: trust, tickets: [9] } }));
    for (const told of [invented, another]) {
      expect(found({ bus: told })).toContain('invented-event');
      expect(found({ feeds: told })).toContain('invented-event');
      expect(found({ history: told })).toContain('invented-event');
    }
  });

  test('finds an event that is told to others than those who may know', () => {
    const wide = changed(right, 2, asTold({ audience: 'all' }));
    expect(found({ bus: wide })).toEqual(['foreign-event']);
    expect(found({ feeds: wide })).toContain('foreign-event');
    expect(found({ history: wide })).toEqual(['foreign-event']);
  });

  test('finds a gap in the positions that a follower reads, and an entry that it never saw', () => {
    const more = { position: 9, events: [] };
    expect(found({}, (checker) => checker.follow('ALL', [more]))).toEqual(['feed-gap']);
    const [first] = right[0]?.events ?? [];
    if (first === undefined) throw new Error('Nothing is told of the first change');
    const unseen = found({ feeds: right.slice(1) }, (checker) =>
      checker.whole('ALL', [{ position: 1, events: [first] }]),
    );
    expect(unseen).toEqual(['skipped-entry']);
  });

  test('finds promotions out of turn, and places that go twice, by what was announced alone', () => {
    const claims = [
      place('place.claimed', 2, 1, 2, 3),
      place('place.confirmed', 2, 1),
      place('place.waiting', 2, 2, 3),
    ];
    const back = place('place.given-back', 3, 1);
    const unfair = changed(right, 2, () => claims);
    expect(found({ history: changed(unfair, 3, () => [back, place('place.confirmed', 3, 3)]) })).toContain(
      'unfair-promotion',
    );
    expect(found({ history: [...right, { version: 4, events: [back] }] })).toContain('given-back-twice');
    const never = changed(right, 3, without('place.given-back'));
    expect(found({ history: never })).toContain('oversold');
  });

  describe('of a change whose stream record was lost', () => {
    const lost = right.slice(0, 2);
    const isLost = (checker: Checker) => checker.lose(givenBack);
    const anew = expectedRestatement(givenBack).map(enveloped);
    const toldAnew = (checker: Checker) => {
      checker.lose(givenBack);
      checker.bus(anew);
      checker.follow(host, [{ position: 2, events: anew.slice(1) }]);
      checker.follow(trust, [{ position: 2, events: anew.slice(1) }]);
    };

    test('finds that nothing was told anew', () => {
      expect(found({ bus: lost, feeds: lost, history: lost }, isLost)).toEqual(['lost-version', 'never-restated']);
    });

    test('finds a restatement where nothing can be lost, one that is wrong, and one of what never was', () => {
      expect(found({}, (checker) => checker.bus(anew))).toEqual(['invented-event']);
      const wrong = asTold({ data: {} })(anew);
      expect(found({ restating: true }, (checker) => checker.bus(wrong))).toEqual(['invented-event']);
      const never = asTold({ aggregateVersion: 4 })(anew);
      expect(found({ restating: true }, (checker) => checker.bus(never))).toEqual(['invented-event']);
    });

    test('finds that one of those concerned was not told anew', () => {
      const partly = (checker: Checker) => {
        checker.lose(givenBack);
        checker.bus(anew);
        checker.follow(host, [{ position: 2, events: anew.slice(1) }]);
      };
      const told = { bus: lost, feeds: lost, history: right, restating: true };
      expect(found(told, partly)).toEqual(['never-restated']);
      expect(found(told, toldAnew)).toEqual([]);
    });

    test('hears a restatement that comes before its image', () => {
      const violations = noteViolations();
      const checker = checkAnnouncements(violations, { restating: true });
      for (const image of [opened, claimed]) checker.image(image);
      checker.bus(anew);
      expect(violations.counts).toEqual({});
      checker.image(givenBack);
      expect(violations.counts).toEqual({});
      expect(checker.counts.restated).toBe(anew.length);
    });
  });
});
