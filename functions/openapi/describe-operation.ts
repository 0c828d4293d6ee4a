import * as z from 'zod';
import { access, type AccessRule } from '../../shared/access.ts';
import { pathParametersOf, type Route, type TakenFile } from '../http/route.ts';
import { describeProblems } from './describe-problems.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const objectSchema = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
});

/**
 * Describes an operation as OpenAPI 3.1 does: who may, what goes in (path, query, headers, body), what comes out, and with
 * which problems it may be refused; all from the route, the access table and the operation's own schemas.
 * Throws for an operation whose input is not an object, or that lacks one of its path's parameters.
 */
export function describeOperation(route: Route, tag: string): Record<string, unknown> {
  const { operation, status } = route;
  const rule: AccessRule = access[operation.name];
  const input = inputOf(route);
  return {
    operationId: operation.name,
    summary: operation.summary,
    description: describeWhoMay(rule),
    tags: [tag],
    security: describeSecurity(rule),
    parameters: [...input.parameters, ...describeHeaders(route, rule)],
    ...(input.body === undefined ? {} : { requestBody: input.body }),
    responses: { [String(status)]: describeAnswer(route), ...describeProblems(route) },
  };
}

/** Takes the flat input apart: what the path names, and of the rest the query of a GET or else the body, unless that is a file. */
function inputOf({ path, method, operation, takes }: Route) {
  const { properties, required } = objectSchema.parse(schemaOf(operation.input, 'input'));
  const inPath = pathParametersOf(path);
  const missing = inPath.find((name) => properties[name] === undefined);
  if (missing !== undefined) throw new Error(`${operation.name} takes no ${missing}, which its path names`);
  const others = Object.keys(properties).filter((name) => !inPath.includes(name));
  const parameterIn = (place: 'path' | 'query') => (name: string) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...describeField(properties[name] ?? {}),
    ...(operation.example[name] === undefined ? {} : { example: operation.example[name] }),
  });
  const parameters = inPath.map(parameterIn('path'));
  if (method === 'GET') return { parameters: [...parameters, ...others.map(parameterIn('query'))] };
  if (takes !== undefined && takes.mediaType !== 'application/json') {
    const options = others.filter((name) => name !== takes.field).map(parameterIn('query'));
    return { parameters: [...parameters, ...options], body: describeFile(takes, properties, operation.example) };
  }
  if (others.length === 0) return { parameters };
  const isNeeded = others.filter((name) => required.includes(name));
  const schema = {
    type: 'object',
    properties: Object.fromEntries(others.map((name) => [name, properties[name]])),
    required: isNeeded,
    additionalProperties: false,
  };
  const example = Object.fromEntries(Object.entries(operation.example).filter(([name]) => !inPath.includes(name)));
  const bound = takes === undefined ? {} : { description: `At most ${String(takes.mostBytes)} bytes` };
  const body = { ...bound, required: isNeeded.length > 0, content: { 'application/json': { schema, example } } };
  return { parameters, body };
}

/** The body of a request that is a file: a field of the input. Throws for one that the operation does not take. */
function describeFile({ mediaType, field, mostBytes }: TakenFile, properties: JsonSchema, example: JsonSchema) {
  const schema = properties[field];
  if (schema === undefined) throw new Error(`An operation takes no ${field}, which its route gives it`);
  const description = `In UTF-8, with or without a byte order mark; at most ${String(mostBytes)} bytes`;
  return { description, required: true, content: { [mediaType]: { schema, example: example[field] } } };
}

/** A parameter's description stands beside its schema, not in it. */
function describeField({ description, ...schema }: JsonSchema) {
  return description === undefined ? { schema } : { description, schema };
}

function describeHeaders({ operation: { kind } }: Route, { roles }: AccessRule) {
  const headers: { readonly $ref: string }[] = [];
  if (Array.isArray(roles)) headers.push({ $ref: '#/components/parameters/Organisation' });
  if (kind === 'create' || kind === 'act') headers.push({ $ref: '#/components/parameters/IdempotencyKey' });
  if (kind === 'change') headers.push({ $ref: '#/components/parameters/IfMatch' });
  return headers;
}

function describeAnswer({ operation: { output }, answers }: Route) {
  if (answers !== undefined) {
    const headers = { 'Content-Disposition': { $ref: '#/components/headers/FileName' } };
    return { description: 'Done', headers, content: { [answers]: { schema: { type: 'string' } } } };
  }
  const schema = schemaOf(output, 'output');
  const { data } = objectSchema.safeParse(schema);
  const versioned = data?.properties['version']?.['type'] === 'integer';
  return {
    description: 'Done',
    ...(versioned ? { headers: { ETag: { $ref: '#/components/headers/ETag' } } } : {}),
    content: { 'application/json': { schema } },
  };
}

function describeWhoMay({ roles, scope }: AccessRule): string {
  if (roles === 'public') return 'Anyone, without signing in.';
  if (roles === 'person') return 'Any signed-in person.';
  if (roles === 'operator') return 'The operator of the installation.';
  const people = `Members of the organisation acted for who are ${roles.map((role) => `\`${role}\``).join(', ')}`;
  return scope === undefined ? `${people}. No API key.` : `${people}; API keys with the scope \`${scope}\`.`;
}

function describeSecurity({ roles, scope }: AccessRule) {
  if (roles === 'public') return [];
  return scope === undefined ? [{ person: [] }] : [{ person: [] }, { apiKey: [scope] }];
}

/**
 * The JSON Schema of a zod schema. Answers may get more fields in time, so theirs does not forbid others. The bounds of
 * JavaScript's own numbers, and the long patterns of what a `format` says already, are left out.
 */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return described;
}
