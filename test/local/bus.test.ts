import { beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createBus } from '../../local/bus.ts';
import { createClock } from '../../local/clock.ts';
import type { Json, JsonObject } from '../../local/json.ts';
import type { Rule } from '../../local/rules.ts';

const clock = createClock({ running: false, start: new Date('2027-01-15T10:00:00.250Z') });
const answerSchema = z.object({
  FailedEntryCount: z.number(),
  Entries: z.array(z.object({ EventId: z.string().optional(), ErrorCode: z.string().optional() })),
});
let heard: Record<string, Json[]>;
beforeEach(() => {
  heard = {};
});

/** A rule that notes what it hears. */
function rule(logicalId: string, pattern: Json, changed: Partial<Rule> = {}): Rule {
  const note = (event: Json) => void (heard[logicalId] = [...(heard[logicalId] ?? []), event]);
  return {
    logicalId,
    arn: logicalId,
    bus: 'own',
    pattern,
    schedule: undefined,
    enabled: true,
    targets: [note],
    ...changed,
  };
}

const entry = (changed: JsonObject = {}): JsonObject => ({
  EventBusName: 'own',
  Source: 'cohortium',
  DetailType: 'place.claimed',
  Detail: '{"cohort":"coh_1"}',
  ...changed,
});

async function put(rules: readonly Rule[], ...entries: readonly JsonObject[]) {
  const { putEvents } = createBus({ rules, buses: new Set(['default', 'own']), clock });
  return answerSchema.parse(await putEvents({ Entries: entries }));
}

const everything = rule('Everything', { source: [{ prefix: '' }] });

describe('an event', () => {
  test('reaches the enabled rules of its bus that match, whole', async () => {
    const rules = [
      everything,
      rule('Matching', { 'detail-type': ['place.claimed'] }),
      rule('Other', { 'detail-type': ['place.given-back'] }),
      rule('OtherBus', { source: ['cohortium'] }, { bus: 'default' }),
      rule('Disabled', { source: ['cohortium'] }, { enabled: false }),
    ];
    const answer = await put(rules, entry({ Resources: ['arn:a'] }));
    expect(Object.keys(heard)).toEqual(['Everything', 'Matching']);
    expect(heard['Matching']).toEqual([
      {
        version: '0',
        id: answer.Entries[0]?.EventId,
        'detail-type': 'place.claimed',
        source: 'cohortium',
        account: '000000000000',
        time: '2027-01-15T10:00:00Z',
        region: 'eu-west-2',
        resources: ['arn:a'],
        detail: { cohort: 'coh_1' },
      },
    ]);
  });

  test('goes to the default bus when it names none, and to a bus by its ARN', async () => {
    const rules = [everything, rule('Default', { source: ['cohortium'] }, { bus: 'default' })];
    const { EventBusName: _, ...nameless } = entry();
    await put(rules, nameless);
    expect(Object.keys(heard)).toEqual(['Default']);
    await put(rules, entry({ EventBusName: 'arn:aws:events:eu-west-2:000000000000:event-bus/own' }));
    expect(Object.keys(heard)).toEqual(['Default', 'Everything']);
  });

  test('carries its own time where it has one', async () => {
    await put([everything], entry({ Time: 1_600_000_000 }));
    expect(heard['Everything']).toMatchObject([{ time: '2020-09-13T12:26:40Z' }]);
  });
});

describe('PutEvents answers entry by entry', () => {
  test.each<[changed: JsonObject, code: string]>([
    [{ Source: '' }, 'InvalidArgument'],
    [{ DetailType: '' }, 'InvalidArgument'],
    [{ Detail: '' }, 'InvalidArgument'],
    [{ Detail: '{"half":' }, 'MalformedDetail'],
    [{ Detail: '[1]' }, 'MalformedDetail'],
    [{ Source: 'aws.events' }, 'NotAuthorizedForSourceException'],
    [{ EventBusName: 'nobodys' }, 'ResourceNotFoundException'],
  ])('%j is refused, and the entries around it are not', async (changed, code) => {
    const { FailedEntryCount, Entries } = await put([everything], entry(), entry(changed), entry());
    expect(FailedEntryCount).toBe(1);
    expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code, undefined]);
    expect(heard['Everything']).toHaveLength(2);
  });

  test('more than ten entries, none, or more than 256 KB are refused as a whole', async () => {
    await expect(put([everything], ...Array.from({ length: 11 }, () => entry()))).rejects.toThrow();
    await expect(put([everything])).rejects.toThrow();
    const large = entry({ Detail: JSON.stringify({ text: 'x'.repeat(130 * 1024) }) });
    expect((await put([everything], large)).FailedEntryCount).toBe(0);
    heard = {};
    await expect(put([everything], large, large)).rejects.toThrow('over the limit');
    expect(heard).toEqual({});
  });
});
