import { describe, expect, test } from '@jest/globals';
import { freezeIn } from '../../../shared/costs/cost-history.ts';
import type { NewPosting } from '../../../shared/postings/posting.ts';
import {
  partners,
  policy,
  freezeDays,
  recorded,
  created,
  opened,
  planned,
  confirmed,
  givenBack,
  afterAll,
  historyOf,
  postAll,
  nothing,
  postingsOf,
  allPostings,
} from './recorded-costs.ts';

const brief = ({ debtor, net, vat, reason, tickets, effectiveOn, period }: NewPosting) =>
  [debtor, net, vat, reason, tickets, effectiveOn, period] as const;

describe('postings', () => {
  const story = [
    created,
    planned(1_000_01),
    opened,
    confirmed(partners[0], [1, 2]),
    confirmed(partners[1], [3]),
  ] as const;

  test('are none before the freeze date, and then the shares', () => {
    const history = historyOf(recorded(...story));
    expect(freezeIn(history, freezeDays, new Date('2027-09-06T22:59:59.000Z'))).toBeUndefined();
    expect(freezeIn(history, freezeDays, new Date('2027-09-06T23:00:00.000Z'))).toEqual({
      at: '2027-09-06T23:00:00.000Z',
      changes: 5,
    });
    const posted = allPostings(recorded(...story)).map(brief);
    expect(posted.map(([debtor, , vat, ...others]) => [debtor, vat, ...others])).toEqual([
      [partners[0], 0, 'share', [1, 2], '2027-09-07', '2027-09'],
      [partners[1], 0, 'share', [3], '2027-09-07', '2027-09'],
    ]);
    expect(posted.reduce((sum, [, net]) => sum + net, 0)).toBe(1_000_01);
  });

  test('are differences after that, each with its own cause and day', () => {
    const late = [
      givenBack(partners[1], [3], '2027-09-10T09:00:00.000Z'),
      confirmed(partners[2], [4], '2027-09-11T09:00:00.000Z'),
      planned(900_00, '2027-10-02T09:00:00.000Z'),
      planned(900_00, '2027-10-05T09:00:00.000Z', { [partners[0]]: 'standard' }),
    ] as const;
    const posted = allPostings(recorded(...story, ...late)).slice(2);
    // A place that was given back late owes all of itself, so that this alone changes nothing; who takes it takes it over.
    expect(posted.map(brief)).toEqual([
      [partners[1], -333_34, 0, 'places-changed', [3], '2027-09-11', '2027-09'],
      [partners[2], 333_34, 0, 'places-changed', [4], '2027-09-11', '2027-09'],
      [partners[0], -66_67, 0, 'costs-changed', [1, 2], '2027-10-02', '2027-10'],
      [partners[2], -33_34, 0, 'costs-changed', [4], '2027-10-02', '2027-10'],
      [partners[0], -600_00, 0, 'vat-settled', [1, 2], '2027-10-05', '2027-10'],
      [partners[0], 600_00, 120_00, 'vat-settled', [1, 2], '2027-10-05', '2027-10'],
    ]);
    // The one whose place it was is told by the event; whoever was not told of it, by the number of the change alone.
    expect(posted.map(({ cause }) => cause)).toEqual([
      'coh_1.change-7',
      'coh_1.1.7.place.confirmed',
      'coh_1.change-8',
      'coh_1.change-8',
      'coh_1.change-9',
      'coh_1.change-9',
    ]);
  });

  test('take back all under one treatment of VAT, and make it anew under another', () => {
    const treated = (treatment: string, at: string) => planned(300_00, at, { [partners[0]]: treatment });
    const changes = recorded(
      created,
      treated('standard', '2027-06-01T10:00:00.000Z'),
      opened,
      confirmed(partners[0], [1]),
      treated('reduced', '2027-10-01T10:00:00.000Z'),
    );
    expect(allPostings(changes).map(({ net, vat, treatment }) => [net, vat, treatment])).toEqual([
      [300_00, 60_00, 'standard'],
      [-300_00, -60_00, 'standard'],
      [300_00, 15_00, 'reduced'],
    ]);
  });

  test('go into the next open period, with their true day, once their own is closed', () => {
    const closed = allPostings(recorded(...story), () => '2027-10').map(brief);
    expect(closed.map(([, , , , , effectiveOn, period]) => [effectiveOn, period])).toEqual([
      ['2027-09-07', '2027-11'],
      ['2027-09-07', '2027-11'],
    ]);
  });

  test('name the places of the debtor alone, not those of others to which the change was due', () => {
    const absent = [
      'place.attended',
      '2027-09-15T09:00:00.000Z',
      { organisation: partners[1], ticket: 3, session: '1', attendance: 'none' },
    ] as const;
    const halved = { ...policy, unattendedPercent: 50 };
    const [, [, , plan]] = [created, planned(1_000_00)];
    const cheaper = ['cost.planned', '2027-06-01T10:00:00.000Z', { ...plan, policy: halved }] as const;
    const changes = recorded(
      created,
      cheaper,
      opened,
      confirmed(partners[0], [1, 2]),
      confirmed(partners[1], [3]),
      absent,
    );
    expect(
      allPostings(changes)
        .slice(2)
        .map(({ debtor, tickets, cause }) => [debtor, tickets, cause]),
    ).toEqual([
      [partners[0], [1, 2], 'coh_1.change-6'],
      [partners[1], [3], 'coh_1.1.6.place.attended'],
    ]);
  });

  test('follow when VAT is confirmed to be none: the treatment is another', () => {
    const settled = planned(1_000_01, '2027-10-05T09:00:00.000Z', { [partners[0]]: 'outside-scope' });
    const posted = allPostings(recorded(...story, settled)).slice(2);
    expect(posted.map(({ net, vat, treatment, reason }) => [net, vat, treatment, reason])).toEqual([
      [-666_67, 0, 'to-be-confirmed', 'vat-settled'],
      [666_67, 0, 'outside-scope', 'vat-settled'],
    ]);
  });

  test('are none for a draft whose freeze date passes, and is then moved and opened', () => {
    const later = recorded(
      created,
      planned(1_000_00),
      ['cohort.updated', '2027-09-20T09:00:00.000Z', { firstDay: '2028-02-01' }],
      ['cohort.opened', '2027-09-21T09:00:00.000Z', {}],
      confirmed(partners[0], [1], '2027-10-01T09:00:00.000Z'),
    );
    expect(freezeIn(historyOf(later), freezeDays, afterAll)).toBeUndefined();
    expect(freezeIn(historyOf(later), freezeDays, new Date('2028-02-01T00:00:00.000Z'))).toMatchObject({ changes: 5 });
  });

  test('leave out a place that was held for somebody who did nothing; it counts once somebody was named on it', () => {
    const held = (tickets: number[]) =>
      ['place.held', '2027-06-01T11:00:00.000Z', { organisation: partners[2], tickets }] as const;
    const named = ['place.named', '2027-08-01T09:00:00.000Z', { organisation: partners[2], tickets: [2] }] as const;
    const released = [
      'place.released',
      '2027-09-06T09:00:00.000Z',
      { organisation: partners[2], tickets: [1] },
    ] as const;
    const changes = recorded(
      created,
      planned(1_000_00),
      opened,
      held([1, 2]),
      confirmed(partners[2], [1, 2]),
      named,
      released,
      confirmed(partners[0], [3]),
    );
    expect(allPostings(changes).map(({ debtor, tickets, net }) => [debtor, tickets, net])).toEqual([
      [partners[0], [3], 500_00],
      [partners[2], [2], 500_00],
    ]);
  });

  test('go to the heir where a place that passed on was told anew, in whatever order that was', () => {
    const anew = (organisation: string, tickets: number[]) =>
      ['place.restated', '2027-08-01T09:00:00.000Z', { organisation, confirmed: tickets, waiting: [] }] as const;
    for (const told of [
      [anew(partners[2], [3]), anew(partners[1], [])],
      [anew(partners[1], []), anew(partners[2], [3])],
    ] as const) {
      const debtors = allPostings(recorded(...story, ...told)).map(({ debtor, tickets }) => [debtor, tickets]);
      expect(debtors).toEqual([
        [partners[0], [1, 2]],
        [partners[2], [3]],
      ]);
    }
  });

  test('are of nobody when the cohort is cancelled, and take back what was posted', () => {
    const changes = recorded(...story, ['cohort.cancelled', '2027-09-12T09:00:00.000Z', {}]);
    const sums = Map.groupBy(allPostings(changes), ({ debtor }) => debtor);
    for (const of of sums.values()) expect(of.reduce((sum, { net }) => sum + net, 0)).toBe(0);
  });

  test('for more organisations than one transaction takes are made in several steps', () => {
    const many = Array.from({ length: 45 }, (_, index) => `org_m${String(index).padStart(6, '0')}`);
    const changes = recorded(
      created,
      planned(45_000),
      opened,
      ...many.map((one, index) => confirmed(one, [index + 1])),
    );
    const history = historyOf(changes);
    const freeze = freezeIn(history, freezeDays, afterAll);
    if (freeze === undefined) throw new Error('The freeze date has not come');
    const steps = postAll(history, freeze, nothing(freeze), () => undefined);
    expect(steps.map(({ postings }) => postings.length)).toEqual([20, 20, 5]);
    expect(new Set(postingsOf(steps).map(({ debtor, net }) => `${debtor} ${String(net)}`)).size).toBe(45);
    expect(postingsOf(steps).every(({ net }) => net === 1000)).toBe(true);
  });
});
