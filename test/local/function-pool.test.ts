import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { createFunctionPool, type FunctionPool } from '../../local/function-pool.ts';
import type { FunctionSettings } from '../../local/function-settings.ts';
import type { Invocation } from '../../local/invocation.ts';
import { createMemoryLog } from '../../local/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'cohortium-pool-'));
let log: ReturnType<typeof createMemoryLog>;
let pool: FunctionPool | undefined;

beforeEach(() => {
  log = createMemoryLog();
});
afterEach(async () => await pool?.stop());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes the pool of a Lambda whose handler is this code, with `event` and `context`; `before` runs when it is loaded. */
function poolOf(
  code: string,
  changed: Partial<FunctionSettings> = {},
  before = '',
  offset?: BigInt64Array,
): FunctionPool {
  const name = `lambda-${Math.random().toString(36).slice(2)}`;
  writeFileSync(join(folder, `${name}.mjs`), `${before}\nexport async function handler(event, context) { ${code} }`);
  pool = createFunctionPool(
    {
      logicalId: 'Lambda',
      name: 'lambda',
      arn: 'arn:lambda',
      folder,
      handler: `${name}.handler`,
      timeout: 5_000,
      memory: 128,
      concurrency: 2,
      environment: { TABLE_NAME: 'table' },
      ...changed,
    },
    log,
    offset,
  );
  return pool;
}

const answered = (value: unknown): Invocation => ({ ok: true, payload: JSON.stringify(value) });
const reasonOf = (invocation: Invocation) => (invocation.ok ? `ok: ${invocation.payload}` : invocation.reason);

describe('a Lambda', () => {
  test('is given its event and context, and the environment of its template alone', async () => {
    const given = poolOf(
      `return { event, names: Object.keys(process.env), arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis(), id: context.awsRequestId }`,
    );
    const invocation = await given.invoke('{"a":1}');
    const { left, id, ...rest } = z
      .looseObject({ left: z.number(), id: z.uuid() })
      .parse(JSON.parse(invocation.payload));
    expect(rest).toEqual({ event: { a: 1 }, names: ['TABLE_NAME'], arn: 'arn:lambda' });
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5_000);
    expect(id).toHaveLength(36);
  });

  test.each([
    ['nothing', 'return undefined', null],
    ['a function', 'return () => 1', null],
    ['text', 'return "a"', 'a'],
  ])('that answers %s answers JSON', async (_, code, value) => {
    expect(await poolOf(code).invoke('{}')).toEqual(answered(value));
  });

  test('serves one event at a time in each of at most so many threads, and all of them in the end', async () => {
    const before = 'let within = 0;';
    const code = `within += 1; const most = within; await new Promise((go) => setTimeout(go, 5)); within -= 1; return [most, threadId]`;
    const given = poolOf(code, {}, `import { threadId } from 'node:worker_threads'; ${before}`);
    const threads = new Set<number>();
    // A thread takes its time to begin: events come until both have served one.
    while (threads.size < 2) {
      const invocations = await Promise.all(Array.from({ length: 12 }, () => given.invoke('{}')));
      const answers = invocations.map(({ payload }) => z.tuple([z.number(), z.number()]).parse(JSON.parse(payload)));
      expect(answers.map(([within]) => within)).toEqual(Array.from({ length: 12 }, () => 1));
      for (const [, thread] of answers) threads.add(thread);
    }
    expect(threads.size).toBe(2);
    expect(given.busy).toBe(0);
  });

  test('keeps what it has in memory between events', async () => {
    const given = poolOf('return (count += 1)', { concurrency: 1 }, 'let count = 0;');
    expect(await given.invoke('{}')).toEqual(answered(1));
    expect(await given.invoke('{}')).toEqual(answered(2));
  });

  test('sees the time of the run’s clock', async () => {
    const offset = new BigInt64Array(new SharedArrayBuffer(8));
    const code = `return { now: Date.now(), made: new Date().getTime(), given: new Date(5).getTime(), none: Number.isNaN(new Date('x').getTime()), is: new Date() instanceof Date }`;
    const given = poolOf(code, {}, '', offset);
    offset[0] = 86_400_000n;
    const invocation = await given.invoke('{}');
    const seen = z.object({ now: z.number(), made: z.number() }).loose().parse(JSON.parse(invocation.payload));
    expect(seen).toMatchObject({ given: 5, none: true, is: true });
    for (const time of [seen.now, seen.made]) expect(Math.abs(time - Date.now() - 86_400_000)).toBeLessThan(60_000);
  });
});

describe('what goes wrong is told to the caller and the log, and the next event is served', () => {
  /** The handler does what the event asks, by name. */
  const ways: Readonly<Record<string, string>> = {
    throw: `throw new TypeError('on purpose')`,
    odd: `throw Object.assign(new Error('odd'), { name: { not: 'text' }, stack: 5 })`,
    text: `throw 'a text'`,
    exit: `process.exit(3)`,
    hang: `await new Promise((go) => setTimeout(go, 60_000))`,
    spin: `for (;;);`,
    later: `setTimeout(() => void Promise.reject(new Error('nobody catches this')), 200); return null`,
    circle: `const circle = {}; circle.self = circle; return circle`,
    large: `return 'x'.repeat(7 * 1024 * 1024)`,
    memory: `const all = []; for (;;) all.push(new Array(1e5).fill(event.how))`,
  };
  const code = `${Object.entries(ways)
    .map(([how, act]) => `if (event.how === '${how}') { ${act} }`)
    .join('\n')}\nreturn 'fine'`;

  test.each([
    ['throw', 'failed with TypeError: on purpose'],
    ['odd', 'failed with [object Object]: odd'],
    ['text', 'failed with Error: a text'],
    ['exit', 'ended its process (exit code 3)'],
    ['circle', expect.stringContaining('circular')],
    ['large', 'its answer is larger than 6 MB'],
    ['hang', 'timed out after 0.7 s'],
    ['spin', 'timed out after 0.7 s'],
  ])('%s', async (how, reason) => {
    const given = poolOf(code, { timeout: ['hang', 'spin'].includes(how) ? 700 : 20_000, concurrency: 1 });
    await given.invoke('{}');
    const [failed, next] = await Promise.all([given.invoke(JSON.stringify({ how })), given.invoke('{}')]);
    expect(reasonOf(failed)).toEqual(reason);
    expect(log.lines).toEqual([expect.stringMatching(/^Lambda: /)]);
    expect(log.lines[0]?.slice('Lambda: '.length)).toEqual(reason);
    expect(next).toEqual(answered('fine'));
  });

  test('memory', async () => {
    const given = poolOf(code, { timeout: 20_000, concurrency: 1, memory: 32 });
    expect(reasonOf(await given.invoke('{"how":"memory"}'))).toContain(
      'crashed: Worker terminated due to reaching memory limit',
    );
    expect(await given.invoke('{}')).toEqual(answered('fine'));
  });

  test('a failure after the answer is in the log', async () => {
    const given = poolOf(code, { concurrency: 1 });
    expect(await given.invoke('{"how":"later"}')).toEqual(answered(null));
    while (log.lines.length === 0) await pause(2);
    expect(log.lines).toEqual(['Lambda: crashed: nobody catches this']);
    expect(await given.invoke('{}')).toEqual(answered('fine'));
  });

  test('a timed-out event is called what Lambda calls it', async () => {
    const { payload } = await poolOf(code, { timeout: 50 }).invoke('{"how":"hang"}');
    expect(JSON.parse(payload)).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  test.each([
    ['throws', 'return 1', `throw new Error('on loading')`, 'its bundle does not load: on loading'],
    ['ends the process', 'return 1', 'process.exit(4)', 'ended its process (exit code 4)'],
    ['is no JavaScript', 'return (', '', expect.stringContaining('its bundle does not load: ')],
  ])('a bundle that %s fails each event, and tells the log each time', async (_, body, before, reason) => {
    const given = poolOf(body, {}, before);
    const invocations = await Promise.all([1, 2, 3].map(() => given.invoke('{}')));
    expect(invocations.map(reasonOf)).toEqual([reason, reason, reason]);
    expect(log.lines.map((line) => line.slice('Lambda: '.length))).toEqual([reason, reason, reason]);
  });

  test('a bundle without the handler that its template names does not load', async () => {
    const given = poolOf('return 1');
    const { settings } = given;
    pool = createFunctionPool({ ...settings, handler: settings.handler.replace('.handler', '.other') }, log);
    expect(reasonOf(await pool.invoke('{}'))).toContain('does not export a function other');
  });
});

describe('ending', () => {
  test('killed in the middle, an event fails, those that wait are served and nothing is left over', async () => {
    const given = poolOf(`if (event.hang) await new Promise((go) => setTimeout(go, 60_000)); return 'fine'`, {
      concurrency: 1,
    });
    await given.invoke('{}');
    const [hanging, waiting] = [given.invoke('{"hang":true}'), given.invoke('{}')];
    await given.kill();
    expect(reasonOf(await hanging)).toBe('its process was killed');
    expect(await waiting).toEqual(answered('fine'));
  });

  test('stopped, it fails what runs, what waits and what comes, and starts nothing', async () => {
    const given = poolOf(`await new Promise((go) => setTimeout(go, 60_000))`, { concurrency: 1 });
    const [hanging, waiting] = [given.invoke('{}'), given.invoke('{}')];
    await given.stop();
    expect([reasonOf(await hanging), reasonOf(await waiting)]).toEqual(['the run is stopping', 'the run is stopping']);
    expect(reasonOf(await given.invoke('{}'))).toBe('the run is stopping');
    expect(given.busy).toBe(0);
  });
});
