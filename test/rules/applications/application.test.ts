import { describe, expect, test } from '@jest/globals';
import {
  applicationStatuses,
  applicationSteps,
  mayBecome,
  type ApplicationStatus,
} from '../../../shared/applications/application-states.ts';
import { anyReason, applicationSchema, reasonMeanings } from '../../../shared/applications/application.ts';
import { eventsOfApplication, restateApplication } from '../../../shared/applications/applications-events.ts';
import { keys } from '../../../shared/table/keys.ts';

/** An endorsed application, with all that is private in it, whose last change is of this type. */
const application = (status: ApplicationStatus, type: string = status) =>
  applicationSchema.parse({
    ...keys.application('coh_0123456789ab', 'app_0123456789ab'),
    id: 'app_0123456789ab',
    cohort: 'coh_0123456789ab',
    host: 'org_0123456',
    organisation: 'org_abcdefg',
    person: 'per_0123456789abcdef',
    status,
    statement: 'A secret statement',
    endorsedAt: '2027-01-04T09:00:00.000Z',
    reason: 'other',
    words: 'Secret words',
    rank: 1,
    ticket: 1,
    request: 'given',
    version: 2,
    change: { type, by: 'mem_secret', at: '2027-01-04T09:00:00.000Z' },
  });

describe('the states of an application', () => {
  test('of each way just what stands there is told', () => {
    for (const { from, to, told } of applicationSteps) {
      const before = from === undefined ? undefined : application(from);
      expect(eventsOfApplication(before, application(to)).map(({ type }) => type)).toEqual(told);
    }
    expect(eventsOfApplication(application('selected'), application('selected', 'placed'))).toEqual([]);
  });

  test('who has ended is never selected, and what is declined or refused stays so or is withdrawn', () => {
    for (const status of ['declined', 'withdrawn', 'not-selected'] as const) {
      expect(mayBecome(status, 'selected')).toBe(false);
    }
    for (const status of ['declined', 'not-selected'] as const) {
      expect(applicationStatuses.filter((next) => mayBecome(status, next))).toEqual(['withdrawn']);
    }
    expect(applicationStatuses.filter((next) => mayBecome(undefined, next))).toEqual(['applied', 'nominated']);
    expect(mayBecome('endorsed', 'selected')).toBe(true);
  });

  test('every reason has a meaning for the person', () => {
    expect(Object.keys(reasonMeanings).sort()).toEqual([...anyReason.options].sort());
  });
});

test('nothing that is told of an application says whose it is, what they wrote, or more about a reason than its code', () => {
  const told = applicationStatuses.flatMap((status) => [
    ...eventsOfApplication(undefined, application(status)),
    ...restateApplication(application(status)),
  ]);
  expect(told).toHaveLength(2 * applicationStatuses.length);
  expect(JSON.stringify(told)).not.toMatch(/per_|secret/i);
  const facts = told.map(({ data }) => Object.keys(data).filter((key) => key !== 'reason'));
  expect(new Set(facts.flat())).toEqual(new Set(['application', 'cohort', 'organisation', 'status']));
});
