import { expect, test } from '@jest/globals';
import { bookedIncome } from '../../../shared/costs/booked-income.ts';
import type { CostLine } from '../../../shared/costs/cost-plan.ts';

type Booked = Pick<CostLine, 'costCentre' | 'reference'>;

const lineOf = (booked: Booked): CostLine => {
  const planned = { planned: { net: 5 }, vatTreatment: 'outside-scope' as const, vatRecoverable: false };
  return { id: 'venue', kind: 'venue', description: 'Venue', ...planned, ...booked };
};
const none = { costCentre: undefined, reference: undefined };

test.each<[string, Booked, readonly Booked[], ReturnType<typeof bookedIncome>]>([
  [
    'as the plan says, whatever its lines do',
    { costCentre: 'C9' },
    [{ costCentre: 'C1' }],
    { ...none, costCentre: 'C9' },
  ],
  ['as all lines say', {}, [{ costCentre: 'C1' }, { costCentre: 'C1' }], { ...none, costCentre: 'C1' }],
  ['to none where they differ', {}, [{ costCentre: 'C1' }, { costCentre: 'C2' }], none],
  ['to none where a line has none', {}, [{ costCentre: 'C1' }, {}], none],
  ['to none without lines', {}, [], none],
  [
    'each for itself',
    { reference: 'R9' },
    [{ costCentre: 'C1', reference: 'R1' }],
    { costCentre: 'C1', reference: 'R9' },
  ],
  ['under the reference of all lines', {}, [{ reference: 'R1' }], { ...none, reference: 'R1' }],
])('what partners pay is booked %s', (_how, plan, lines, booked) => {
  expect(bookedIncome({ ...plan, lines: lines.map(lineOf) })).toEqual(booked);
});
