import { afterAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../infra/bundles.ts';

const project = join(import.meta.dirname, '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'cohortium-bundles-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const entry = 'functions/consumers/measure-announcement.ts';
const indexOf = (folder: string) => join(directory, folder, 'functions-consumers-measure-announcement', 'index.mjs');
const bundled = (folder: string) => {
  bundleFunctions([entry], project, join(directory, folder));
  return readFileSync(indexOf(folder), 'utf8');
};

describe('bundles', () => {
  test('are one small module each, which loads with nothing but Node beside it', () => {
    // With all of zod, rather than what is used of it, it would have four times as much.
    expect(bundled('one').length).toBeLessThan(180_000);
    const load = `import(${JSON.stringify(indexOf('one'))}).then(({ handler }) => console.log(typeof handler))`;
    const env = { POWERTOOLS_METRICS_NAMESPACE: 'Cohortium/test' };
    expect(execFileSync(process.execPath, ['--eval', load], { cwd: directory, env, encoding: 'utf8' })).toBe(
      'function\n',
    );
  });

  test('load no fetch of Node’s, which nobody uses and takes 20 ms', () => {
    bundleFunctions(['functions/relay/relay.ts'], project, join(directory, 'relay'));
    const loads = (module: string) => {
      const script = `await import(${JSON.stringify(module)}); process.stdout.write(process.moduleLoadList.join())`;
      const env = { AWS_REGION: 'eu-west-2', POWERTOOLS_METRICS_NAMESPACE: 'Cohortium/test' };
      const options = { cwd: directory, env, encoding: 'utf8' } as const;
      return execFileSync(process.execPath, ['--input-type=module', '--eval', script], options);
    };
    const loaded = loads(join(directory, 'relay', 'functions-relay-relay', 'index.mjs'));
    expect(loaded).toContain('NativeModule _http_client');
    expect(loaded).not.toContain('undici/undici');
    expect(loads('node:http')).toContain('undici/undici');
  });

  test('are the same bytes each time, so that what is unchanged is not deployed again', () => {
    expect(bundled('two')).toBe(bundled('three'));
  });

  test('are refused for a file that was not among them', () => {
    const bundles = bundleFunctions([entry], project, join(directory, 'four'));
    expect(() => bundles.codeOf('functions/relay/relay.ts')).toThrow('functions/relay/relay.ts was not bundled');
  });
});
