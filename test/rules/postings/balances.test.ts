import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { dayAfter } from '../../../shared/clock.ts';
import { idOfRequest } from '../../../shared/ids.ts';
import { adjustmentOf, inPlaceOf, objectionToRemaining } from '../../../shared/postings/adjustment.ts';
import { openPeriodFor, periodAfter, periodOf } from '../../../shared/postings/period.ts';
import type { NewPosting } from '../../../shared/postings/posting.ts';
import { postingsMade } from '../../../shared/postings/postings-items.ts';
import { reversalOf } from '../../../shared/postings/reversal.ts';
import { keys } from '../../../shared/table/keys.ts';
import type { TransactionWrite } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { postingOf } from '../../support/postings.ts';

const organisations = ['host', 'trust', 'council', 'practice', 'mutual'].map(organisationNamed);
const first = '2026-04-01';

/** What finance staff do: somebody is posted something, a posting is reversed, all of it or but for some pence, a creditor closes its next months. */
type Deed =
  | {
      readonly kind: 'post';
      readonly pair: readonly [number, number];
      readonly net: number;
      readonly vat: number;
      readonly day: number;
    }
  | { readonly kind: 'reverse'; readonly which: number; readonly later: number; readonly remains: number }
  | { readonly kind: 'close'; readonly who: number; readonly months: number };

const who = fc.nat(organisations.length - 1);
const amount = fc.integer({ min: -3_000_000, max: 3_000_000 });
const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('post' as const),
      pair: fc.tuple(who, who),
      net: amount,
      vat: amount,
      day: fc.nat(400),
    }),
    fc.record({ kind: fc.constant('reverse' as const), which: fc.nat(60), later: fc.nat(90), remains: amount }),
    fc.record({ kind: fc.constant('close' as const), who, months: fc.integer({ min: 1, max: 6 }) }),
  ),
  { maxLength: 60 },
);

interface Made {
  readonly posting: NewPosting;
  /** Up to which period its creditor had closed its accounts when it was made. */
  readonly through: string | undefined;
}
/** How postings are made; controls make them wrongly. */
interface Ways {
  readonly reverse: typeof reversalOf;
  readonly adjust: typeof adjustmentOf;
  readonly write: (posting: NewPosting) => readonly TransactionWrite[];
}
const right: Ways = { reverse: reversalOf, adjust: adjustmentOf, write: (posting) => postingsMade([posting], 1) };

/** Does all of it, and gives what was posted and what was written. */
function lived(done: readonly Deed[], ways: Ways) {
  const closed = new Map<string, string>();
  const made: Made[] = [];
  const reversed = new Set<string>();
  const written: TransactionWrite[] = [];
  const keep = (posting: NewPosting) => {
    made.push({ posting, through: closed.get(posting.creditor) });
    written.push(...ways.write(posting));
  };
  for (const deed of done) {
    if (deed.kind === 'close') {
      const closing = organisations[deed.who] ?? '';
      let through = closed.get(closing) ?? '2026-03';
      for (let month = 0; month < deed.months; month += 1) through = periodAfter(through);
      closed.set(closing, through);
    } else if (deed.kind === 'reverse') {
      const posting = made[deed.which % Math.max(1, made.length)]?.posting;
      if (posting === undefined || reversed.has(posting.id)) continue;
      reversed.add(posting.id);
      const effectiveOn = dayAfter(posting.effectiveOn, deed.later);
      const how = { effectiveOn, because: 'agreed' as const, at: `${effectiveOn}T09:00:00.000Z` };
      const reversal = ways.reverse(posting, how, closed.get(posting.creditor));
      keep(reversal);
      if (posting.reason === 'reversal' || objectionToRemaining(deed.remains, posting) !== undefined) continue;
      keep(ways.adjust(posting, reversal, { net: deed.remains, firstDay: first }));
    } else if (deed.pair[0] !== deed.pair[1]) {
      const [creditor = '', debtor = ''] = deed.pair.map((one) => organisations[one]);
      const effectiveOn = dayAfter(first, deed.day);
      const period = openPeriodFor(effectiveOn, closed.get(creditor));
      keep(postingOf({ creditor, debtor, net: deed.net, vat: deed.vat, effectiveOn, period }));
    }
  }
  return { made, written };
}

/** What each organisation is owed less what it owes, by the sums as they were written: its claims by key, its debts by index. */
function balancesIn(written: readonly TransactionWrite[]): Map<string, number> {
  const balances = new Map<string, number>(organisations.map((organisation) => [organisation, 0]));
  const raise = (organisation: string, by: number) =>
    balances.set(organisation, (balances.get(organisation) ?? NaN) + by);
  for (const write of written) {
    if (!('change' in write)) continue;
    const values = write.change.values ?? {};
    const gross = Number(values[':net']) + Number(values[':vat']);
    for (const organisation of organisations) {
      if (write.key.pk === keys.organisation(organisation).pk) raise(organisation, gross);
      if (values[':owes'] === keys.owes(organisation)) raise(organisation, -gross);
    }
  }
  return balances;
}

/** What is wrong with it; nothing, when all is right. */
function faultsIn({ made, written }: ReturnType<typeof lived>): string[] {
  const faults: string[] = [];
  const balances = balancesIn(written);
  if ([...balances.values()].reduce((sum, one) => sum + one, 0) !== 0) faults.push('balances do not add up to nought');
  for (const organisation of organisations) {
    const owed = made.reduce((sum, { posting: { creditor, debtor, net, vat } }) => {
      return sum + (creditor === organisation ? net + vat : 0) - (debtor === organisation ? net + vat : 0);
    }, 0);
    if (balances.get(organisation) !== owed) faults.push('a balance is not the sum of postings');
  }
  const byId = new Map(made.map(({ posting }) => [posting.id, posting]));
  if (byId.size !== made.length) faults.push('two postings have one id');
  for (const { posting, through = '' } of made) {
    if (posting.period <= through) faults.push('posted into a closed month');
    if (posting.period < periodOf(posting.effectiveOn)) faults.push('posted into a month before its day');
    const of = byId.get(posting.reverses ?? '');
    const leaves = of === undefined ? [] : [of.net + posting.net, of.vat + posting.vat];
    if (leaves.some((left) => left !== 0)) faults.push('a reversal leaves something');
    const whole = byId.get(inPlaceOf(posting) ?? '');
    if (Math.abs(posting.net) >= Math.abs(whole?.net ?? Infinity)) faults.push('more remains than there was');
  }
  return faults;
}

/** The faults that any of many lives has. */
function faultsOf(ways: Ways): Set<string> {
  return new Set(fc.sample(deeds, { numRuns: 60, seed: 4 }).flatMap((done) => faultsIn(lived(done, ways))));
}

test('the id of a reversal follows from what it reverses alone', () => {
  const posting = postingOf();
  const ids = ['2026-11-30', '2027-03-31'].map((effectiveOn) => {
    const how = { effectiveOn, because: 'agreed' as const, at: `${effectiveOn}T09:00:00.000Z` };
    return reversalOf(posting, how, undefined).id;
  });
  expect(ids).toEqual([idOfRequest('pst', 'reversal', posting.id), ids[0]]);
});

describe('whatever is posted, reversed and closed', () => {
  test('all balances add up to nought, each is the sum of its postings, and nothing is posted into a closed month', () => {
    fc.assert(
      fc.property(deeds, (done) => {
        expect(faultsIn(lived(done, right))).toEqual([]);
      }),
      { numRuns: 300, seed: 2027 },
    );
    expect(faultsOf(right)).toEqual(new Set());
  });

  test.each<[string, Ways]>([
    [
      'a reversal leaves something',
      { ...right, reverse: (posting, how, through) => ({ ...reversalOf(posting, how, through), vat: posting.vat }) },
    ],
    [
      'more remains than there was',
      { ...right, adjust: (posting, reversal, how) => ({ ...adjustmentOf(posting, reversal, how), net: posting.net }) },
    ],
    ['posted into a closed month', { ...right, reverse: (posting, how) => reversalOf(posting, how, undefined) }],
    [
      'two postings have one id',
      { ...right, reverse: (posting, how, through) => ({ ...reversalOf(posting, how, through), id: posting.id }) },
    ],
    [
      'a balance is not the sum of postings',
      { ...right, write: (posting) => (posting.reason === 'reversal' ? [] : right.write(posting)) },
    ],
    [
      'balances do not add up to nought',
      {
        ...right,
        write: (posting) =>
          right.write(posting).map((write) => {
            if (!('change' in write)) return write;
            return {
              ...write,
              change: { ...write.change, values: { ...write.change.values, ':owes': 'OWES#nobody' } },
            };
          }),
      },
    ],
  ])('control: it is noticed that %s', (fault, ways) => {
    expect(faultsOf(ways)).toContain(fault);
  });
});
