import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { nouns } from '../../functions/api/all-routes.ts';
import { statusOf } from '../../functions/http/problem.ts';
import { pathParametersOf, routeKeyOf, type Route } from '../../functions/http/route.ts';
import { describeApi } from '../../functions/openapi/describe-api.ts';
import { refusalCodesOf } from '../../functions/openapi/describe-problems.ts';
import { access, type AccessRule } from '../../shared/access.ts';
import { answeredFileSchema } from '../../shared/answered-file.ts';
import { refusals, type RefusalCode } from '../../shared/errors.ts';
import { allRoutes, testApi } from '../support/api.ts';
import { movableClock } from '../support/context.ts';
import { readSources } from '../support/sources.ts';
import { createTestTable, type TestTable } from '../support/table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = z.string().trim().min(1);
const jsonSchema = z.custom<z.core.JSONSchema.JSONSchema>((value) => typeof value === 'object' && value !== null);
const reference = z.strictObject({ $ref: z.string() });
const parameter = z.strictObject({
  name: text,
  in: z.enum(['path', 'query', 'header']),
  description: text.optional(),
  required: z.boolean().optional(),
  schema: jsonSchema,
  example: z.unknown().optional(),
});
const content = z.record(z.string(), z.strictObject({ schema: jsonSchema, example: z.unknown().optional() }));
const header = z.strictObject({ description: text, schema: jsonSchema, example: z.unknown().optional() });
const response = z.strictObject({
  description: text,
  headers: z.record(z.string(), z.union([reference, header])).optional(),
  content,
});
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z]+(-[a-z]+)+$/),
  summary: text.max(100),
  description: text,
  tags: z.tuple([text]),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.union([reference, parameter])),
  requestBody: z.strictObject({ description: text.optional(), required: z.boolean(), content }).optional(),
  responses: z.record(z.string().regex(/^[2-5]\d\d$/), response),
});
const named = <T extends z.ZodType>(value: T) => z.record(z.string().regex(/^[a-zA-Z0-9._-]+$/), value);
/** As much of OpenAPI 3.1 as is used, and not a word more. */
const openApi = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({
    title: text,
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    description: text,
    license: z.strictObject({ name: text, identifier: text }),
  }),
  servers: z.array(z.strictObject({ url: text })),
  tags: z.array(z.strictObject({ name: text })),
  paths: z.record(
    z.string().regex(/^\/v1\/[a-z.{}/-]+$/),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation),
  ),
  components: z.strictObject({
    schemas: named(jsonSchema),
    parameters: named(parameter),
    headers: named(header),
    securitySchemes: named(
      z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), bearerFormat: text, description: text }),
    ),
  }),
});

const printed: unknown = JSON.parse(JSON.stringify(describeApi(nouns)));
const document = openApi.parse(printed);
type Described = z.infer<typeof operation>;

const describedOf = ({ method, path }: Route): Described => {
  const found = Object.entries(document.paths[path] ?? {}).find(([name]) => name === method.toLowerCase());
  if (found === undefined) throw new Error(`${method} ${path} is not described`);
  return found[1];
};
const parametersOf = (described: Described) =>
  described.parameters.map((one) => {
    if (!('$ref' in one)) return one;
    const found = document.components.parameters[one.$ref.replace('#/components/parameters/', '')];
    if (found === undefined) throw new Error(`${one.$ref} leads nowhere`);
    return found;
  });
/** Why a value is none of a schema; nothing, when it is. */
const objections = (schema: z.core.JSONSchema.JSONSchema, value: unknown) =>
  z.fromJSONSchema(schema).safeParse(value).error?.issues ?? [];
const each = allRoutes.map((route) => [routeKeyOf(route), route] as const);

describe('the description of the API', () => {
  test('names each operation once, and describes every tag and every way to sign in that it uses', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(allRoutes.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    const tags = document.tags.map(({ name }) => name);
    expect(new Set(operations.flatMap((one) => one.tags))).toEqual(new Set(tags));
    const schemes = operations.flatMap(({ security }) => security.flatMap((way) => Object.keys(way)));
    expect(new Set(schemes)).toEqual(new Set(Object.keys(document.components.securitySchemes)));
  });

  test('refers to nothing that it does not hold', () => {
    const references = [...JSON.stringify(printed).matchAll(/"\$ref":"([^"]*)"/g)].map(([, to = '']) => to);
    const held = new Set(
      Object.entries(document.components).flatMap(([kind, members]) =>
        Object.keys(members).map((name) => `#/components/${kind}/${name}`),
      ),
    );
    expect(references.length).toBeGreaterThan(100);
    expect([...new Set(references)].filter((to) => !held.has(to))).toEqual([]);
  });

  test('is what anybody gets at its address', async () => {
    const made: TestTable = await createTestTable();
    const { status, headers, body } = await testApi(made.table, movableClock()).send('GET /v1/openapi.json');
    expect({ status, type: headers['content-type'], body }).toEqual({
      status: 200,
      type: 'application/json',
      body: printed,
    });
    await made.remove();
  });

  test('is what `npm run openapi` prints', () => {
    const said = execFileSync('npm', ['run', '--silent', 'openapi'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    expect(JSON.parse(said)).toEqual(printed);
  });
});

describe.each(each)('%s', (_key, route) => {
  const described = describedOf(route);
  const { operation: performed, method, path } = route;
  const rule: AccessRule = access[performed.name];

  test('declares the parameters of its path, each once, with examples that are right', () => {
    const parameters = parametersOf(described);
    const inPath = parameters.filter((one) => one.in === 'path');
    expect(inPath.map(({ name }) => name)).toEqual(pathParametersOf(path));
    expect(inPath.every(({ required, example }) => required === true && example !== undefined)).toBe(true);
    const names = parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { schema, example } of parameters) {
      if (example !== undefined) expect(objections(schema, example)).toEqual([]);
    }
  });

  test('has an example that the operation itself takes, and a body that is described where there is one', () => {
    expect(performed.input.safeParse(performed.example).error).toBeUndefined();
    const body = described.requestBody?.content['application/json'];
    if (method === 'GET' || method === 'DELETE') expect(body).toBeUndefined();
    if (body === undefined) return;
    expect(body.example).toBeDefined();
    expect(objections(body.schema, body.example)).toEqual([]);
    expect(objections(body.schema, { ...Object(body.example), 'no such field': 1 })).not.toEqual([]);
    const needed = z.array(z.string()).parse(body.schema.required);
    expect(described.requestBody?.required).toBe(needed.length > 0);
  });

  test('has a file for its body or for its answer, or a bound of its own, where its route says so', () => {
    const { takes, answers } = route;
    if (takes !== undefined) expect(described.requestBody?.description).toContain(String(takes.mostBytes));
    if (takes !== undefined && takes.mediaType !== 'application/json') {
      const { [takes.mediaType]: body, ...others } = described.requestBody?.content ?? {};
      expect(others).toEqual({});
      expect(body?.schema).toMatchObject({ type: 'string' });
      expect(objections(body?.schema ?? {}, body?.example)).toEqual([]);
      expect(parametersOf(described).map(({ name }) => name)).not.toContain(takes.field);
    }
    if (answers !== undefined) expect(performed.output).toBe(answeredFileSchema);
  });

  test('asks for the headers that its kind needs, and for no other', () => {
    const headers = parametersOf(described).flatMap((one) =>
      one.in === 'header' ? [[one.name, one.required ?? false]] : [],
    );
    const repeats = performed.kind === 'create' || performed.kind === 'act';
    expect(headers).toEqual([
      ...(Array.isArray(rule.roles) ? [['Cohortium-Organisation', false]] : []),
      ...(repeats ? [['Idempotency-Key', true]] : []),
      ...(performed.kind === 'change' ? [['If-Match', true]] : []),
    ]);
  });

  test('says who may, as the access table does', () => {
    const key = rule.scope === undefined ? [] : [{ apiKey: [rule.scope] }];
    expect(described.security).toEqual(rule.roles === 'public' ? [] : [{ person: [] }, ...key]);
    if (Array.isArray(rule.roles))
      for (const role of rule.roles) expect(described.description).toContain(`\`${role}\``);
  });

  test('has its success, and every refusal under its status with its code', () => {
    const { [String(route.status)]: success, ...others } = described.responses;
    expect(Object.keys(success?.content ?? {})).toEqual([route.answers ?? 'application/json']);
    const codesUnder = (status: string) => {
      const problem = others[status]?.content['application/problem+json']?.schema;
      return z.object({ code: z.object({ enum: z.array(z.string()) }) }).parse(problem?.properties).code.enum;
    };
    const documented = Object.keys(others).flatMap((status) => codesUnder(status).map((code) => `${status} ${code}`));
    const wanted = refusalCodesOf(route).map((code) => `${String(statusOf(refusals[code].kind))} ${code}`);
    expect(new Set(documented)).toEqual(new Set([...wanted, '500 request.failed']));
    expect(others['503']?.headers).toHaveProperty('Retry-After');
  });
});

describe('no refusal is undocumented', () => {
  const isCode = (code: string): code is RefusalCode => code in refusals;
  const codesIn = (source: string) => [...source.matchAll(/refusal\(\s*'([^']+)'/g)].map(([, code = '']) => code);

  test('of those that an operation gives itself', () => {
    const sources = readSources('shared');
    for (const route of allRoutes) {
      const own = sources.filter(({ path }) => path.endsWith(`/${route.operation.name}.ts`));
      expect(own.map(({ path }) => path)).toHaveLength(1);
      const documented: readonly string[] = refusalCodesOf(route);
      expect(own.flatMap((source) => codesIn(source.text)).filter((code) => !documented.includes(code))).toEqual([]);
    }
    expect(codesIn(readFileSync(`${root}shared/places/claim-place.ts`, 'utf8'))).toContain('request.key-reused');
  });

  test('of all that there are, but for those that no operation of the API gives', () => {
    const documented = new Set(allRoutes.flatMap((route) => refusalCodesOf(route)));
    const others = Object.keys(refusals).filter((code) => isCode(code) && !documented.has(code));
    expect(others.sort()).toEqual(['installation.already-founded', 'request.unknown-route']);
  });
});

test('the check of examples notices a wrong one', () => {
  const claim = document.paths['/v1/cohorts/{cohort}/claims']?.post?.requestBody?.content['application/json'];
  expect(objections(claim?.schema ?? {}, { quantity: 51 })).not.toEqual([]);
  expect(objections(document.components.parameters['IfMatch']?.schema ?? {}, 'W/"7"')).not.toEqual([]);
});
