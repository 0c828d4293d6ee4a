import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ViewWrite } from '../../../shared/aggregate.ts';
import { claimOf, countsOf, placesOf, standingOf, type Ledger } from '../../../shared/places/ledger.ts';
import { viewsOfLedger } from '../../../shared/places/places-views.ts';
import { after, changesIn, histories, ledgerOf, organisations } from '../../support/random-ledgers.ts';

type Apply = (views: Map<string, ViewWrite>, write: ViewWrite) => void;
const nameOf = ({ key }: ViewWrite) => `${key.pk} ${key.sk}`;
const isDue = (name: string) => name.includes(' DUE#');

/** Writes as the table does: only over an older version. */
const guarded: Apply = (views, write) => {
  if ((views.get(nameOf(write))?.version ?? 0) < write.version) views.set(nameOf(write), write);
};
const unguarded: Apply = (views, write) => void views.set(nameOf(write), write);

/** What the views hold when the changes come in this order. Due items are left out: they go when they were acted on. */
function viewsAfter(changes: ReturnType<typeof changesIn>, apply: Apply): Map<string, ViewWrite> {
  const views = new Map<string, ViewWrite>();
  for (const { before, after: is } of changes) {
    for (const write of viewsOfLedger(before, is)) if (!isDue(nameOf(write))) apply(views, write);
  }
  return views;
}
/** What the views have to hold, worked out from the newest image alone. */
function wanted(ledger: Ledger): Map<string, unknown> {
  const { free, waiting } = countsOf(ledger);
  const holders = Map.groupBy(placesOf(ledger), ({ organisation }) => organisation);
  const cohort = 'coh_0123456789ab';
  return new Map<string, unknown>([
    [`OPEN#ALL 2027-09-07#${cohort}`, { free, waiting, capacity: ledger.capacity }],
    ...[...holders].map(([organisation, held]): [string, unknown] => {
      const ticketsOf = (state: string) => held.filter((place) => place.state === state).map(({ ticket }) => ticket);
      const tickets = { confirmed: ticketsOf('confirmed'), waiting: ticketsOf('waiting') };
      const set = { status: 'open', firstDay: '2027-09-07', ...tickets };
      return [`PLACES#${organisation} COHORT#${cohort}`, set];
    }),
  ]);
}
/** Lines of organisations that have nothing left are there, and empty. */
const shown = (views: Map<string, ViewWrite>) =>
  new Map(
    [...views].flatMap(([name, { set }]) =>
      JSON.stringify(set).endsWith('"confirmed":[],"waiting":[]}') ? [] : [[name, set] as const],
    ),
  );
const isSame = (one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>) => {
  const inOrder = (views: ReadonlyMap<string, unknown>) =>
    [...views].sort(([left], [right]) => left.localeCompare(right));
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
};

const places = fc.array(fc.nat(1000), { minLength: 60, maxLength: 60 });
const inAnyOrder = (apply: Apply) =>
  fc.property(histories, places, (images, at) => {
    // Each comes twice.
    const repeated = [...changesIn(images), ...changesIn(images)].map((change, index) => ({
      change,
      at: at[index] ?? 0,
    }));
    const shuffled = repeated.sort((one, other) => one.at - other.at).map(({ change }) => change);
    return isSame(shown(viewsAfter(shuffled, apply)), wanted(images.at(-1) ?? ledgerOf()));
  });

describe('the views of a ledger', () => {
  test('hold what the newest image says, when the changes come in order', () => {
    fc.assert(
      fc.property(histories, (images) =>
        isSame(shown(viewsAfter(changesIn(images), guarded)), wanted(images.at(-1) ?? ledgerOf())),
      ),
      { numRuns: 300 },
    );
  });

  test('hold it also when they come in any order, and twice', () => {
    fc.assert(inAnyOrder(guarded), { numRuns: 300 });
  });

  test('control: without their guard they would not', () => {
    expect(fc.check(inAnyOrder(unguarded), { seed: 1 }).failed).toBe(true);
  });

  test('made anew from one image mend any that are older', () => {
    fc.assert(
      fc.property(histories, fc.nat(24), (images, told) => {
        const last = images.at(-1) ?? ledgerOf();
        const views = viewsAfter(changesIn(images).slice(0, told), guarded);
        for (const write of viewsOfLedger(undefined, last)) if (!isDue(nameOf(write))) guarded(views, write);
        // Who was forgotten by a compaction before it was told has nothing, and is told so a day before.
        const forgotten = organisations.filter((one) => last.live[one.slice('org_'.length)] === undefined);
        return forgotten.length > 0 || isSame(shown(views), wanted(last));
      }),
      { numRuns: 300 },
    );
  });

  test('are written only where something differs', () => {
    const claimed = after(ledgerOf(), { kind: 'claim', organisation: 0, quantity: 1 });
    expect(viewsOfLedger(ledgerOf(), claimed).map(nameOf)).toEqual([
      'OPEN#ALL 2027-09-07#coh_0123456789ab',
      `PLACES#${organisations[0] ?? ''} COHORT#coh_0123456789ab`,
    ]);
    const another = after(claimed, { kind: 'claim', organisation: 1, quantity: 1 });
    expect(viewsOfLedger(claimed, another).map(nameOf)).not.toContain(
      `PLACES#${organisations[0] ?? ''} COHORT#coh_0123456789ab`,
    );
    expect(viewsOfLedger(another, after(another, { kind: 'compact' }))).toEqual([]);
  });

  test('follow a cohort to its new day, also those of organisations whose waits have all lapsed', () => {
    const full = after(ledgerOf({ capacity: 1 }), { kind: 'claim', organisation: 0, quantity: 1 });
    const waiting = after(full, { kind: 'claim', organisation: 1, quantity: 2, until: 1 });
    const lapsed = after(waiting, { kind: 'lapse', chosen: [0, 1] });
    const moved = { ...lapsed, version: 9, listed: 'ALL#2028-04-03' };
    const lines = viewsOfLedger(lapsed, moved).filter(({ key }) => key.pk.startsWith('PLACES#'));
    expect(lines.map(({ key, set }) => [key.pk, set['firstDay'], set['confirmed']])).toEqual([
      [`PLACES#${organisations[0] ?? ''}`, '2028-04-03', [1]],
      [`PLACES#${organisations[1] ?? ''}`, '2028-04-03', []],
    ]);
  });

  test('lose a cohort that is open no longer from the listing, with a mark that keeps late images out', () => {
    const claimed = after(ledgerOf(), { kind: 'claim', organisation: 0, quantity: 1 });
    const closed = after(claimed, { kind: 'close' });
    const writes = viewsOfLedger(claimed, closed);
    const seconds = Date.parse(closed.change.at) / 1000;
    expect(writes.map(({ set }) => set)).toEqual([
      { gone: true, expires: seconds + 14 * 86_400 },
      { status: 'closed', firstDay: '2027-09-07', confirmed: [1], waiting: [] },
    ]);
    expect(viewsOfLedger(closed, { ...closed, version: 9 })).toEqual([]);
  });

  describe('of a cohort that was moved', () => {
    const claimed = after(ledgerOf(), { kind: 'claim', organisation: 0, quantity: 1 });
    const moveTo = (ledger: Ledger, to: string): Ledger => {
      const unlisted = [ledger.listed, ...(ledger.unlisted ?? [])].filter((listed) => listed !== to);
      const version = ledger.version + 1;
      return {
        ...ledger,
        listed: to,
        unlisted,
        dueSince: version,
        version,
        change: { ...ledger.change, type: 'moved' },
      };
    };
    const moved = moveTo(claimed, 'ALL#2027-10-05');
    const back = moveTo(moved, 'ALL#2027-09-07');
    const lines = (writes: readonly ViewWrite[]) =>
      writes.filter(({ key }) => key.pk === 'OPEN#ALL').map((write) => [write.key.sk.slice(0, 10), write.set]);
    const shownThere = { free: 1, waiting: 0, capacity: 2, gone: false, expires: null };
    const gone = { gone: true, expires: Date.parse(claimed.change.at) / 1000 + 14 * 86_400 };

    test('leave the day where it was listed, and come to the new one, be that one it had left', () => {
      expect(lines(viewsOfLedger(claimed, moved))).toEqual([
        ['2027-10-05', shownThere],
        ['2027-09-07', gone],
      ]);
      expect(lines(viewsOfLedger(moved, back))).toEqual([
        ['2027-09-07', shownThere],
        ['2027-10-05', gone],
      ]);
    });

    test('do so also when they are made anew from its image alone', () => {
      expect(lines(viewsOfLedger(undefined, back)).slice(0, 2)).toEqual(lines(viewsOfLedger(moved, back)));
    });

    test('are what they were where its first day stays, and after the move', () => {
      const sameDay = { ...moved, version: moved.version + 1, dueSince: moved.version + 1 };
      expect(viewsOfLedger(moved, sameDay)).toEqual([]);
      const [write] = viewsOfLedger(moved, after(moved, { kind: 'claim', organisation: 1, quantity: 1 }));
      expect(write?.key.sk).toBe('2027-10-05#coh_0123456789ab');
      expect(write?.set).toEqual({ free: 0, waiting: 0, capacity: 2 });
    });

    test('that is closed have gone from every day', () => {
      const closed = moveTo(after(moved, { kind: 'close' }), 'ALL#2027-11-02');
      const writes = viewsOfLedger(moved, closed).filter(({ key }) => key.pk === 'OPEN#ALL');
      expect(writes.map(({ set }) => set['gone'])).toEqual([true, true, true]);
    });
  });

  test('of a restricted cohort stand in its programme’s listing', () => {
    const [write] = viewsOfLedger(undefined, ledgerOf({ listed: 'prg_0123456789ab#2027-09-07' }));
    expect(write?.key.pk).toBe('OPEN#prg_0123456789ab');
  });
});

describe('what falls due', () => {
  const dueOf = (before: Ledger | undefined, is: Ledger) =>
    viewsOfLedger(before, is).filter((write) => isDue(nameOf(write)));
  const waits = (is: Ledger) =>
    new Set(standingOf(is).waiting.flatMap(({ key, until }) => (until === undefined ? [] : [claimOf(key)])));

  test('is every wait that has a date, once; whether told change by change or anew', () => {
    fc.assert(
      fc.property(histories, (images) => {
        const told = new Set(
          changesIn(images).flatMap(({ before, after: is }) => dueOf(before, is).map(({ key }) => key.sk)),
        );
        const last = images.at(-1) ?? ledgerOf();
        const anew = new Set(dueOf(undefined, last).map(({ key }) => key.sk));
        return [...waits(last)].every((claim) => {
          const name = `DUE#lapse-wait#${claim}`;
          return told.has(name) && anew.has(name);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('is told at its instant, in one of the spread lists', () => {
    const full = after(ledgerOf({ capacity: 1 }), { kind: 'claim', organisation: 0, quantity: 1, until: 500 });
    expect(dueOf(ledgerOf({ capacity: 1 }), full)).toEqual([]);
    const waiting = after(full, { kind: 'claim', organisation: 1, quantity: 2, until: 1000 });
    const [claim = ''] = waits(waiting);
    expect(dueOf(waiting, after(waiting, { kind: 'capacity', capacity: 2 }))).toEqual([]);
    expect(dueOf(full, waiting)).toEqual([
      {
        key: { pk: 'COHORT#coh_0123456789ab', sk: `DUE#lapse-wait#${claim}` },
        guard: 'v',
        version: 3,
        set: {
          kind: 'lapse-wait',
          gsi1pk: expect.stringMatching(/^DUE#[0-3]$/),
          gsi1sk: '1970-01-01T00:16:40.000Z#COHORT#coh_0123456789ab',
        },
      },
    ]);
  });

  test('is a wait once more when a name is taken away from it, and not when one is given or another goes', () => {
    const waiting = after(ledgerOf({ capacity: 1 }), { kind: 'claim', organisation: 0, quantity: 2, until: 1000 });
    const named = { ...waiting, version: 3, named: new Set([1, 2]) };
    const [claim = ''] = waits(waiting);
    expect(dueOf(waiting, named)).toEqual([]);
    expect(dueOf(named, { ...named, version: 4, named: new Set([2]) })).toEqual([]);
    const unnamed = { ...named, version: 4, named: new Set([1]) };
    expect(dueOf(named, unnamed).map(({ key, version }) => [key.sk, version])).toEqual([
      [`DUE#lapse-wait#${claim}`, 4],
    ]);
  });

  test('is the end of tombstones, a day after the change that made them, by their tickets', () => {
    const claimed = after(ledgerOf(), { kind: 'claim', organisation: 0, quantity: 3 });
    const back = after(claimed, { kind: 'give-back', chosen: [0, 2] });
    const [due, ...others] = dueOf(claimed, back);
    expect(others).toEqual([]);
    expect(due?.key.sk).toBe('DUE#compact-ledger#3');
    expect(due?.set).toMatchObject({ kind: 'compact-ledger', tickets: [1, 3] });
    const instant = new Date(Date.parse(back.change.at) + 86_400_000).toISOString();
    expect(due?.set['gsi1sk']).toBe(`${instant}#COHORT#coh_0123456789ab`);
    const more = after(back, { kind: 'give-back', chosen: [0] });
    expect(dueOf(back, more)[0]?.set).toMatchObject({ tickets: [2] });
  });
});
