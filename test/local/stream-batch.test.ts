import { beforeEach, describe, expect, test } from '@jest/globals';
import { createClock, type MovableClock } from '../../local/clock.ts';
import type { Condition } from '../../local/failed-records.ts';
import { failedInvocation, type Invocation } from '../../local/invocation.ts';
import { type BatchRules, deliverBatch } from '../../local/stream-batch.ts';
import type { StreamRecord } from '../../local/stream-record.ts';

const hour = 3_600_000;
const rules: BatchRules = { bisect: false, reportsItemFailures: true, retries: 2, maximumAge: undefined };

let clock: MovableClock;
let attempts: string[];
let givenUp: [records: string, condition: Condition, invocations: number][];
let stop: AbortController;

beforeEach(() => {
  clock = createClock({ running: false });
  attempts = [];
  givenUp = [];
  stop = new AbortController();
});

/** Records numbered by the letters of a word; `at` says when each was written. */
function recordsOf(word: string, at: (letter: string) => number = () => clock.now().getTime()): StreamRecord[] {
  return word.split('').map((letter) => ({ sequence: letter, lane: 0, at: at(letter), event: {} }));
}

const wordOf = (records: readonly StreamRecord[]) => records.map(({ sequence }) => sequence).join('');
const reporting = (...failed: readonly string[]): Invocation => ({
  ok: true,
  payload: JSON.stringify({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }),
});
const thrown = failedInvocation('Error', 'thrown');

/** Delivers a batch to a Lambda; retries come at once, since their pauses pass on a clock that is moved. */
async function deliver(
  records: readonly StreamRecord[],
  changed: Partial<BatchRules>,
  lambda: (word: string, attempt: number) => Invocation,
): Promise<boolean> {
  const delivering = deliverBatch(
    records,
    { ...rules, ...changed },
    {
      invoke(some) {
        attempts.push(wordOf(some));
        return Promise.resolve(lambda(wordOf(some), attempts.length));
      },
      giveUp: (some, condition, invocations) => void givenUp.push([wordOf(some), condition, invocations]),
      clock,
      signal: stop.signal,
    },
  );
  const passing = setInterval(() => clock.advance(30_000), 0);
  return await delivering.finally(() => clearInterval(passing));
}

const failing = (letter: string) => (word: string) => (word.includes(letter) ? thrown : reporting());
const reportingFrom = (letter: string) => (word: string) => (word.includes(letter) ? reporting(letter) : reporting());

describe('a batch that', () => {
  test('is taken whole goes out once', async () => {
    expect(await deliver(recordsOf('abc'), {}, () => reporting())).toBe(true);
    expect(attempts).toEqual(['abc']);
    expect(givenUp).toEqual([]);
  });

  test('fails as a whole is retried as often as it may, then given up', async () => {
    await deliver(recordsOf('abc'), {}, () => thrown);
    expect(attempts).toEqual(['abc', 'abc', 'abc']);
    expect(givenUp).toEqual([['abc', 'RetryAttemptsExhausted', 3]]);
  });

  test('fails at first is taken when it is retried', async () => {
    await deliver(recordsOf('ab'), {}, (_, attempt) => (attempt < 3 ? thrown : reporting()));
    expect(attempts).toEqual(['ab', 'ab', 'ab']);
    expect(givenUp).toEqual([]);
  });

  test('may be retried without end is', async () => {
    await deliver(recordsOf('a'), { retries: undefined }, (_, attempt) => (attempt < 40 ? thrown : reporting()));
    expect(attempts).toHaveLength(40);
    expect(givenUp).toEqual([]);
  });

  test('reports a failed record goes on from it', async () => {
    await deliver(recordsOf('abcd'), {}, (_, attempt) => (attempt === 1 ? reporting('d', 'c') : reporting()));
    expect(attempts).toEqual(['abcd', 'cd']);
  });

  test('gets on a little at each attempt is not given up, however many it takes', async () => {
    const seen = new Set<string>();
    await deliver(recordsOf('abcdefg'), { retries: 1 }, (word) => {
      const isNew = !seen.has(word);
      seen.add(word);
      return isNew && word.length > 1 ? reporting(word.charAt(1)) : reporting();
    });
    expect(attempts).toEqual(['abcdefg', 'bcdefg', 'cdefg', 'defg', 'efg', 'fg', 'g']);
    expect(givenUp).toEqual([]);
  });

  test('reports a record that it was not given is retried whole', async () => {
    await deliver(recordsOf('ab'), {}, (_, attempt) => (attempt === 1 ? reporting('z') : reporting()));
    expect(attempts).toEqual(['ab', 'ab']);
  });

  test('answers nonsense is retried whole, and one that answers nothing is taken', async () => {
    await deliver(recordsOf('ab'), {}, (_, attempt) => ({
      ok: true,
      payload: attempt === 1 ? '{"batchItemFailures":3}' : 'null',
    }));
    expect(attempts).toEqual(['ab', 'ab']);
  });

  test('fails without reports of items is taken whatever it answers', async () => {
    await deliver(recordsOf('ab'), { reportsItemFailures: false }, () => reporting('a'));
    expect(attempts).toEqual(['ab']);
  });
});

describe('bisecting', () => {
  test('finds the one bad record, gives it up alone and delivers all others in order', async () => {
    await deliver(recordsOf('abcdefg'), { bisect: true }, failing('e'));
    expect(givenUp).toEqual([['e', 'RetryAttemptsExhausted', 3]]);
    const taken = attempts.filter((word) => !word.includes('e'));
    expect(taken.join('')).toBe('abcdfg');
  });

  test('costs no retry', async () => {
    await deliver(recordsOf('ab'), { bisect: true, retries: 0 }, failing('b'));
    expect(attempts).toEqual(['ab', 'a', 'b']);
    expect(givenUp).toEqual([['b', 'RetryAttemptsExhausted', 1]]);
  });

  test('with reports of items goes on from the reported one', async () => {
    await deliver(recordsOf('abcd'), { bisect: true, retries: 1 }, reportingFrom('c'));
    expect(attempts[0]).toBe('abcd');
    expect(attempts[1]).toBe('cd');
    expect(givenUp.map(([word]) => word)).toEqual(['c']);
    expect(attempts.at(-1)).toBe('d');
  });

  test('without it a bad record takes those after it along', async () => {
    await deliver(recordsOf('abcd'), {}, failing('c'));
    expect(givenUp.map(([word]) => word)).toEqual(['abcd']);
  });
});

describe('age', () => {
  const old = (letter: string) => clock.now().getTime() - (letter === 'a' ? 7 * hour : 0);

  test('what is too old is given up without being tried', async () => {
    await deliver(recordsOf('ab', old), { maximumAge: 6 * hour }, () => reporting());
    expect(givenUp).toEqual([['a', 'RecordAgeExceeded', 0]]);
    expect(attempts).toEqual(['b']);
  });

  test('what grows too old between retries is given up then', async () => {
    await deliver(recordsOf('a'), { retries: undefined, maximumAge: hour }, () => thrown);
    expect(attempts.length).toBeGreaterThan(10);
    expect(givenUp).toEqual([['a', 'RecordAgeExceeded', attempts.length]]);
  });

  test('without a limit nothing is too old', async () => {
    await deliver(recordsOf('ab', old), {}, () => reporting());
    expect(attempts).toEqual(['ab']);
  });
});

describe('when the run stops', () => {
  test('what failed is neither retried nor given up: it comes again with the next run', async () => {
    const outcome = await deliver(recordsOf('ab'), { retries: 0 }, () => {
      stop.abort();
      return thrown;
    });
    expect(outcome).toBe(false);
    expect([attempts, givenUp]).toEqual([['ab'], []]);
  });

  test('what succeeded counts', async () => {
    const outcome = await deliver(recordsOf('ab'), {}, () => {
      stop.abort();
      return reporting();
    });
    expect(outcome).toBe(true);
  });
});
