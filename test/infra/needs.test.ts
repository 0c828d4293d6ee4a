import { describe, expect, test } from '@jest/globals';
import { build, type Metafile } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ofType, synthesised, text } from './synthesised.ts';
import { entries } from '../../infra/stateless-stack.ts';

const project = join(import.meta.dirname, '..', '..');
const { stateless } = synthesised('prod');

/** The actions behind each method of shared/table/table.ts; a transaction takes those of the writes in it. */
const actionsOf: Readonly<Record<string, string>> = {
  get: 'dynamodb:GetItem',
  getMany: 'dynamodb:BatchGetItem',
  query: 'dynamodb:Query',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
};
const settings = ['TABLE_NAME', 'BUS_NAME', 'ISSUER', 'AUDIENCE'] as const;

/** Our own source files of which something is left in a bundle, after esbuild took out what nobody calls. */
function filesIn(output: Metafile['outputs'][string]): string[] {
  return Object.entries(output.inputs)
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && /^(functions|shared)\//.test(file))
    .map(([file]) => file);
}

async function needsOf(entry: string) {
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [entry],
    outdir: 'none',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  const sources = Object.values(metafile.outputs)
    .flatMap(filesIn)
    .filter((file) => file !== 'shared/table/table.ts')
    .map((file) => readFileSync(join(project, file), 'utf8'));
  const code = sources.join('\n');
  const methods = [...code.matchAll(/\btable\s*\.(\w+)(?:<[^(]*>)?\(/g)].map((match) => match[1] ?? '');
  return {
    actions: new Set(methods.flatMap((method) => actionsOf[method] ?? [])),
    settings: settings.filter((name) => code.includes(`requireEnvironment('${name}')`)),
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
    expect([...needs.actions].filter((action) => !given.allows.includes(`"${action}"`))).toEqual([]);
    expect(settings.filter((name) => given.variables.includes(name))).toEqual(needs.settings);
    // Nothing is deleted but by whom it must be.
    expect(given.allows.includes('dynamodb:DeleteItem')).toBe(needs.actions.has('dynamodb:DeleteItem'));
  });
});
