import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { nouns } from '../functions/api/all-routes.ts';
import { access } from '../shared/access.ts';
import { catalogue } from '../shared/events/catalogue.ts';
import { importsOf, readSources, type Source } from './support/sources.ts';

/** A rule of the house: which imports of which files break it. */
interface Rule {
  readonly name: string;
  readonly breaks: (source: Source, imported: Source['imports'][number]) => boolean;
  /** A file that would break it: the control of the rule. */
  readonly control: { readonly path: string; readonly text: string };
}

const room = (path: string) => path.split('/')[0] ?? '';
const nounOf = (path: string) => path.split('/')[1] ?? '';

const rules: readonly Rule[] = [
  {
    name: 'the domain knows nothing of the edges',
    breaks: (source, { from, isOwn }) =>
      room(source.path) === 'shared' && isOwn && !['shared', 'package.json'].includes(room(from)),
    control: { path: 'shared/places/x.ts', text: "import { route } from '../../functions/http/route.ts';" },
  },
  {
    name: 'nobody imports local/ or test/',
    breaks: (source, { from, isOwn }) =>
      isOwn && ['local', 'test'].includes(room(from)) && !['local', 'test'].includes(room(source.path)),
    control: { path: 'infra/x.ts', text: "import { start } from '../local/start.ts';" },
  },
  {
    name: 'functions/ does not import infra/',
    breaks: (source, { from, isOwn }) => room(source.path) === 'functions' && isOwn && room(from) === 'infra',
    control: { path: 'functions/api/x.ts', text: "import { stages } from '../../infra/stages.ts';" },
  },
  {
    name: 'infra/ imports only data from functions/: the list of routes',
    breaks: (source, { from, isOwn }) =>
      room(source.path) === 'infra' &&
      isOwn &&
      room(from) === 'functions' &&
      !['functions/api/all-routes.ts', 'functions/http/route.ts'].includes(from),
    control: { path: 'infra/x.ts', text: "import { handler } from '../functions/relay/relay.ts';" },
  },
  {
    name: 'in the domain, only shared/table speaks to AWS',
    breaks: (source, { from }) =>
      room(source.path) === 'shared' && from.startsWith('@aws-sdk/') && !source.path.startsWith('shared/table/'),
    control: { path: 'shared/places/x.ts', text: "import { SQSClient } from '@aws-sdk/client-sqs';" },
  },
  {
    name: 'no HTTP, middy or CDK in the domain',
    breaks: (source, { from }) =>
      room(source.path) === 'shared' &&
      /^(@middy\/|aws-cdk-lib|aws-lambda|node:http|@aws-lambda-powertools)/.test(from),
    control: { path: 'shared/places/x.ts', text: "import middy from '@middy/core';" },
  },
  {
    name: 'keys are made only where items and views are written and read',
    breaks: (source, { from, names }) =>
      from === 'shared/table/keys.ts' &&
      /\bkeys\b/.test(names) &&
      room(source.path) !== 'test' &&
      !/-(items|views)\.ts$/.test(source.path),
    control: { path: 'shared/places/claim-place.ts', text: "import { keys } from '../table/keys.ts';" },
  },
  {
    name: 'what runs in a Lambda imports zod as a namespace: `z` itself brings all of it, 300 KB more in each bundle',
    breaks: (source, { from, names }) =>
      ['shared', 'functions'].includes(room(source.path)) && from === 'zod' && !names.includes('* as z'),
    control: { path: 'shared/places/x.ts', text: "import { z } from 'zod';" },
  },
  {
    name: "a noun does not import another noun's items",
    breaks: (source, { from }) =>
      room(source.path) === 'shared' &&
      /^shared\/[^/]+\/.*-items\.ts$/.test(from) &&
      nounOf(from) !== nounOf(source.path) &&
      !['events', 'repair', 'deadlines'].includes(nounOf(source.path)),
    control: { path: 'shared/programmes/x.ts', text: "import { readLedger } from '../places/places-items.ts';" },
  },
];

const sources = readSources('shared', 'functions', 'infra', 'local', 'test');

describe('who may import whom', () => {
  test.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
    const broken = sources.flatMap((source) =>
      source.imports
        .filter((imported) => rule.breaks(source, imported))
        .map(({ from }) => `${source.path} imports ${from}`),
    );
    expect(broken).toEqual([]);
  });

  test.each(rules.map((rule) => [rule.name, rule] as const))(
    'the rule notices a file that breaks it: %s',
    (_name, rule) => {
      const source = { ...rule.control, imports: importsOf(rule.control.path, rule.control.text) };
      expect(source.imports.some((imported) => rule.breaks(source, imported))).toBe(true);
    },
  );
});

describe('one name a thing', () => {
  const operations = Object.keys(access);
  const routed = nouns.flatMap(({ routes }) => routes.map(({ operation }) => operation.name));

  test.each(operations)('%s is decided in one file, and named so there', (operation) => {
    const files = sources.filter(({ path }) => room(path) === 'shared' && path.endsWith(`/${operation}.ts`));
    expect(files.map(({ path }) => path)).toHaveLength(1);
    expect(files[0]?.text).toContain(`name: '${operation}'`);
  });

  test('every operation but the operator’s has a route, and no more than one', () => {
    const wanted = operations.filter((operation) => operation !== 'found-organisation');
    expect([...routed].sort()).toEqual([...wanted].sort());
  });

  test('every noun of the API has its file, named after it, and its routes stand there', () => {
    for (const { noun, entry, routes } of nouns) {
      expect(entry).toBe(`functions/api/${noun}.ts`);
      const text = sources.find(({ path }) => path === entry)?.text ?? '';
      for (const { path, method } of routes) expect(text).toContain(`route('${method}', '${path}', `);
    }
    const files = sources.filter(({ path }) => /^functions\/api\/.*\.ts$/.test(path)).map(({ path }) => path);
    expect(files.sort()).toEqual([...nouns.map(({ entry }) => entry), 'functions/api/all-routes.ts'].sort());
  });

  test('no folder is named after a layer or a drawer', () => {
    const drawers = /(^|\/)(utils?|common|helpers?|services?|managers?|types|constants|lib|misc)(\/|\.ts$)/;
    expect(sources.filter(({ path }) => drawers.test(path)).map(({ path }) => path)).toEqual([]);
  });
});

describe('what is there is tested', () => {
  const tests = sources.filter(({ path }) => /^test\/operations\/.*\.test\.ts$/.test(path));

  /** Operations that no test of operations performs: by name, or in a file of its own. */
  const untested = (operations: readonly string[]) =>
    operations.filter((operation) => {
      const name = operation.replaceAll(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
      return !tests.some(
        ({ path, text }) => text.includes(`${name}.perform(`) || path.endsWith(`/${operation}.test.ts`),
      );
    });
  /** What no test of operations speaks of. */
  const unspoken = (words: readonly string[]) =>
    words.filter((word) => !tests.some(({ text }) => text.includes(`'${word}`)));

  test('every operation as an operation, on the database', () => {
    expect(untested(Object.keys(access))).toEqual([]);
    expect(untested(['claim-place', 'sell-place'])).toEqual(['sell-place']);
  });

  test('every route by the access table, every role and standing', () => {
    const text = sources.find(({ path }) => path === 'test/functions/access-table.test.ts')?.text ?? '';
    expect(text).toMatch(/test\.each\(allRoutes\.map\(/);
  });

  test('every refusal of an operation, and every event, by what is done', () => {
    const refusals = nouns.flatMap(({ routes }) => routes.flatMap(({ operation }) => operation.refusals));
    expect(unspoken([...new Set(refusals)])).toEqual([]);
    expect(unspoken(catalogue.map(({ type }) => type))).toEqual([]);
    expect(unspoken(['place.full', 'place.sold'])).toEqual(['place.sold']);
  });

  test('every event is in docs/events.md', () => {
    const page = readFileSync(new URL('../docs/events.md', import.meta.url), 'utf8');
    const sections = [...page.matchAll(/^## (\S+)$/gm)].map(([, type = '']) => type);
    expect(sections.sort()).toEqual(catalogue.map(({ type }) => type).sort());
  });
});

describe('one place for each', () => {
  test('the environment is read in one place', () => {
    const readers = sources.filter(
      ({ path, text }) => ['shared', 'functions'].includes(room(path)) && text.includes('process.env'),
    );
    expect(readers.map(({ path }) => path)).toEqual(['shared/environment.ts']);
  });

  test('the time is read in one place', () => {
    const readers = sources.filter(
      ({ path, text }) => ['shared', 'functions'].includes(room(path)) && /new Date\(\)|Date\.now\(\)/.test(text),
    );
    expect(readers.map(({ path }) => path)).toEqual(['shared/clock.ts']);
  });

  test('no test replaces a module of ours', () => {
    const mocking = new RegExp(['jest', 'mock\\('].join('\\.'));
    expect(sources.filter(({ text }) => mocking.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('every key pattern is in docs/data-model.md', () => {
    const page = readFileSync(new URL('../docs/data-model.md', import.meta.url), 'utf8');
    const keys = readFileSync(new URL('../shared/table/keys.ts', import.meta.url), 'utf8');
    const patterns = [...keys.matchAll(/['`]([A-Z][A-Z-]{2,})(?=[#'`])/g)].map(([, pattern = '']) => pattern);
    expect(patterns.length).toBeGreaterThan(10);
    expect([...new Set(patterns)].filter((pattern) => !page.includes(pattern))).toEqual([]);
  });

  test('every noun of the domain is in docs/architecture.md, and there is none that is not', () => {
    const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, noun = '']) => noun);
    const folders = sources.flatMap(({ path }) => (/^shared\/[^/]+\//.test(path) ? [nounOf(path)] : []));
    expect(listed.sort()).toEqual([...new Set(folders)].sort());
  });

  test('every dependency is pinned to one version', () => {
    const versions = z.record(z.string(), z.string());
    const { dependencies, devDependencies } = z
      .object({ dependencies: versions, devDependencies: versions })
      .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});
