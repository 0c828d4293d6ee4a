import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { describeStates } from '../../docs/describe-states.ts';
import { applicationSteps } from '../../shared/applications/application-states.ts';
import { cohortSteps, ledgerStatesBefore } from '../../shared/cohorts/cohort-states.ts';
import { catalogue } from '../../shared/events/catalogue.ts';
import { statementSteps } from '../../shared/statements/statement-states.ts';
import { eventsOfLedger } from '../../shared/places/ledger-events.ts';
import type { Ledger } from '../../shared/places/ledger.ts';
import {
  placeEnds,
  placeStatesIn,
  placeSteps,
  placesThatMayBe,
  type PlaceEnd,
  type PlaceState,
  type PlaceStep,
} from '../../shared/places/place-states.ts';
import { lives } from '../support/random-lives.ts';
import { changesIn, ledgerOf } from '../support/random-ledgers.ts';

interface Move {
  readonly ticket: number;
  readonly from: PlaceState | undefined;
  readonly to: PlaceState | PlaceEnd | undefined;
}

/** What became of each place between two images of a ledger, where something did. */
function movesBetween(before: Ledger | undefined, after: Ledger): Move[] {
  const was = before === undefined ? new Map<number, PlaceState>() : placeStatesIn(before);
  const is = placeStatesIn(after);
  const end = placeEnds.find((one) => one === after.change.type);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((ticket) => {
    const [from, to] = [was.get(ticket), is.get(ticket) ?? end];
    return from === to ? [] : [{ ticket, from, to }];
  });
}

const stepOf = (steps: readonly PlaceStep[], { from, to }: Move, by: string) =>
  steps.find((step) => step.from === from && step.to === to && step.by.includes(by));

/** That places move only along these ways, and that of each just what stands there is told. */
const movesAlong = (steps: readonly PlaceStep[], walked = new Set<PlaceStep>()) =>
  fc.property(lives, (images) => {
    for (const { before, after } of changesIn(images)) {
      const moves = movesBetween(before, after);
      const expected = alsoTold(after, moves);
      for (const move of moves) {
        const step = stepOf(steps, move, after.change.type);
        if (step === undefined) throw new Error(`No way by ${after.change.type}: ${JSON.stringify(move)}`);
        walked.add(step);
        expected.push(...step.told.map((type) => `${type} ${String(move.ticket)}`));
      }
      expect(toldOf(before, after).sort()).toEqual(expected.sort());
    }
  });

/** When the cohort is moved, places that stand as they did are told so too. */
function alsoTold(after: Ledger, moves: readonly Move[]): string[] {
  if (after.change.type !== 'moved') return [];
  const others = [...placeStatesIn(after).keys()].filter((ticket) => !moves.some((move) => move.ticket === ticket));
  return others.map((ticket) => `place.moved ${String(ticket)}`);
}

/** What is told of places, a line for each ticket. */
function toldOf(before: Ledger | undefined, after: Ledger): string[] {
  return eventsOfLedger(before, after).flatMap(({ type, data }) => {
    const { tickets } = data;
    return Array.isArray(tickets) ? tickets.map((ticket) => `${type} ${String(ticket)}`) : [];
  });
}

describe('the states of a place', () => {
  test('whatever happens, places move along the ways that are written down, and what stands there is told', () => {
    const walked = new Set<PlaceStep>();
    fc.assert(movesAlong(placeSteps, walked), { numRuns: 500 });
    // None is written down that is never gone.
    expect(placeSteps.filter((step) => !walked.has(step))).toEqual([]);
  });

  test.each(placeSteps.map((step) => [step.from ?? 'nowhere', step.to, step] as const))(
    'control: without the way from %s to %s it is noticed',
    (_from, _to, left) => {
      const others = placeSteps.filter((step) => step !== left);
      expect(fc.check(movesAlong(others), { numRuns: 500, endOnFailure: true }).failed).toBe(true);
    },
  );

  test('what the sweeper may remind of or release is what has a way there', () => {
    const found = { reminded: new Set<unknown>(), released: new Set<unknown>() };
    for (const ledger of fc.sample(lives, 200).flat()) {
      const states = placeStatesIn(ledger);
      for (const next of ['reminded', 'released'] as const)
        for (const { ticket } of placesThatMayBe(next, ledger, [...states.keys()])) found[next].add(states.get(ticket));
    }
    expect(found).toEqual({ reminded: new Set(['held', 'confirmed']), released: new Set(['reminded']) });
  });
});

test('a cohort is closed only while open, and never leaves what it is when cancelled', () => {
  expect(ledgerStatesBefore('closed')).toEqual(['open']);
  expect(ledgerStatesBefore('cancelled')).toEqual(['open', 'closed']);
  expect(ledgerStatesBefore('open')).toEqual([]);
  const from: readonly string[] = cohortSteps.map((step) => step.from);
  expect(from).not.toContain('cancelled');
});

test.each(cohortSteps)('from $from to $to a cohort comes as it is told', ({ from, to, by, told }) => {
  const change = { type: by, by: 'mem_given', at: '2027-01-01T00:00:00.000Z', audience: 'all' };
  const before = from === 'draft' ? undefined : ledgerOf({ status: from });
  const after = ledgerOf({ status: to, version: (before?.version ?? 0) + 1, change });
  expect(eventsOfLedger(before, after).map(({ type }) => type)).toEqual(told);
});

test('what is told of each way is in the catalogue', () => {
  const types = new Set(catalogue.map(({ type }) => type));
  const told = [...cohortSteps, ...placeSteps, ...applicationSteps, ...statementSteps].flatMap(
    (step): readonly string[] => step.told,
  );
  expect(told.filter((type) => !types.has(type))).toEqual([]);
});

test('docs/states.md is what the states give (npm run docs)', () => {
  const page = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8');
  expect(page).toBe(describeStates());
  for (const { to } of placeSteps) expect(page).toContain(to);
});
