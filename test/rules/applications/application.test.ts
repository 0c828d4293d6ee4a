import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  anyReason,
  applicationSchema,
  applicationStatuses,
  mayBecome,
  reachedFrom,
  reasonMeanings,
} from '../../../shared/applications/application.ts';
import { eventsOfApplication, restateApplication } from '../../../shared/applications/applications-events.ts';
import { keys } from '../../../shared/table/keys.ts';

const page = readFileSync(new URL('../../../docs/data-model.md', import.meta.url), 'utf8');

/** The rows of the states in the docs: a status, and those from which it is reached. */
function listed(text: string): Record<string, string[]> {
  const [, section = ''] = text.split('## States of an application');
  const rows = [...section.matchAll(/^\| `([a-z-]+)`\s*\| ([^|]*)\|/gm)];
  return Object.fromEntries(
    rows.map(([, status = '', from = '']) => [status, [...from.matchAll(/`([a-z-]+)`/g)].map(([, one = '']) => one)]),
  );
}

describe('the states of an application', () => {
  test('are listed in docs/data-model.md as the code has them', () => {
    expect(listed(page)).toEqual(reachedFrom);
    expect(listed(page.replace('| `selected`', '| `chosen`'))).not.toEqual(reachedFrom);
  });

  test('who has ended is never selected, and what is declined stays so', () => {
    for (const status of ['declined', 'withdrawn', 'not-selected'] as const) {
      expect(mayBecome({ status }, 'selected')).toBe(false);
    }
    expect(applicationStatuses.filter((next) => mayBecome({ status: 'declined' }, next))).toEqual([]);
    expect(mayBecome({ status: 'endorsed' }, 'selected')).toBe(true);
  });

  test('every reason has a meaning for the person', () => {
    expect(Object.keys(reasonMeanings).sort()).toEqual([...anyReason.options].sort());
  });
});

test('nothing that is told of an application says whose it is, what they wrote, or more about a reason than its code', () => {
  const application = (status: (typeof applicationStatuses)[number]) =>
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
      change: { type: status, by: 'mem_secret', at: '2027-01-04T09:00:00.000Z' },
    });
  const told = applicationStatuses.flatMap((status) => [
    ...eventsOfApplication(undefined, application(status)),
    ...restateApplication(application(status)),
  ]);
  expect(told).toHaveLength(2 * applicationStatuses.length);
  expect(JSON.stringify(told)).not.toMatch(/per_|secret/i);
  const facts = told.map(({ data }) => Object.keys(data).filter((key) => key !== 'reason'));
  expect(new Set(facts.flat())).toEqual(new Set(['application', 'cohort', 'organisation', 'status']));
});
