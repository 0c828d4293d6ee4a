import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { join } from 'node:path';
import { z } from 'zod';
import { ofType, synthesised, text } from './synthesised.ts';
import { entries } from '../../infra/stateless-stack.ts';

const project = join(import.meta.dirname, '..', '..');
const { stateless } = synthesised('prod');

/** The actions behind each method of shared/table/table.ts. Every transaction has something to put; one may check as well (`holds`). */
const actionsOf: Readonly<Record<string, string>> = {
  get: 'dynamodb:GetItem',
  getMany: 'dynamodb:BatchGetItem',
  query: 'dynamodb:Query',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  transact: 'dynamodb:PutItem',
};
const settings = ['TABLE_NAME', 'BUS_NAME', 'ISSUER', 'AUDIENCE'] as const;

/** Implements every method, whoever calls it; what is called is to be seen in the others. */
const implementation = 'shared/table/table.ts';
/** Holds every operation of the API in order to describe it, and performs two of its own, which read. */
const describing = 'functions/api/meta.ts';

/**
 * The source that is left of our own files in the bundle of an entry, after esbuild took out what nobody calls. It puts
 * each file's name in a comment before it.
 */
async function liveCode(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  const [, ...parts] = (outputFiles[0]?.text ?? '').split(/^\/\/ (?=(?:functions|shared)\/)/m);
  return parts.filter((part) => !part.startsWith(implementation)).join('\n');
}

async function needsOf(entry: string) {
  const code = await liveCode(entry);
  // esbuild numbers a name that is there twice.
  const methods = [...code.matchAll(/\btable\d*\s*\.(\w+)\(/g)].map((match) => match[1] ?? '');
  const checks = /\bholds: /.test(code) ? ['dynamodb:ConditionCheckItem'] : [];
  return {
    actions: new Set([...methods.flatMap((method) => actionsOf[method] ?? []), ...checks]),
    settings: settings.filter((name) => code.includes(`requireEnvironment("${name}")`)),
  };
}

const functionSchema = z.looseObject({
  Code: z.object({ ZipFile: z.string() }),
  Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

/** What the template gives to the Lambda of an entry file. Without bundling its code is a comment naming that file. */
function givenTo(entry: string) {
  const found = ofType(stateless, 'AWS::Lambda::Function')
    .map(({ properties }) => functionSchema.parse(properties))
    .find(({ Code }) => Code.ZipFile === `// ${entry}`);
  const role = text({ Ref: found?.Role['Fn::GetAtt'][0] });
  const policy = ofType(stateless, 'AWS::IAM::Policy').find(({ properties }) =>
    text(properties['Roles']).includes(role),
  );
  return { allows: text(policy?.properties), variables: Object.keys(found?.Environment.Variables ?? {}) };
}

describe('what the source of a Lambda needs', () => {
  test.each(entries)('%s: it may do, and it is told', async (entry) => {
    const needs = await needsOf(entry);
    const given = givenTo(entry);
    if (entry === describing) needs.actions = new Set(['dynamodb:GetItem']);
    expect([...needs.actions].filter((action) => !given.allows.includes(`"${action}"`))).toEqual([]);
    expect(settings.filter((name) => given.variables.includes(name))).toEqual(needs.settings);
    // Nothing is deleted, or checked beside a write, but by whom it must be.
    for (const action of ['dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']) {
      expect(given.allows.includes(`"${action}"`)).toBe(needs.actions.has(action));
    }
  });
});
