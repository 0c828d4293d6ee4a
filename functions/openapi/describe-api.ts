import packageFile from '../../package.json' with { type: 'json' };
import type { Noun } from '../api/all-routes.ts';
import { describeOperation } from './describe-operation.ts';
import { problemSchema } from './describe-problems.ts';

const parameters = {
  Organisation: {
    name: 'Cohortium-Organisation',
    in: 'header',
    description:
      'The id of the organisation acted for. A person must give it, and be a member; an API key may, and it must be its own.',
    schema: { type: 'string', pattern: '^org_[0-9a-hjkmnp-tv-z]{7}$' },
    example: 'org_0123456',
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description:
      'Any name for this request, unique to the caller and the operation: the request repeated with it is done once (a claim: until a day after its places were given back). At most 64 printable characters.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,64}$' },
    example: '5f0c2a4e-8a43-4e0a-9d53-0b8f6c0f6f3a',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The version that the change is based on, as the ETag of an answer gave it.',
    schema: { type: 'string', pattern: '^("[0-9]{1,10}"|[0-9]{1,10})$' },
    example: '"7"',
  },
} as const;

const securitySchemes = {
  person: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An identity token (ID token) of the identity provider that the installation trusts (OpenID Connect). It carries the name and the verified e-mail address, which an access token need not.',
  },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'ck_…',
    description: "A partner system's API key. It has scopes and an end, and can be revoked.",
  },
} as const;

const description = `Cohortium lets health trusts and their partners develop leaders together.

Errors are problem documents (RFC 9457) with a stable \`code\`; only what never reaches the API (no \`Authorization\` header
at all, an unknown address, too many requests) is answered with a bare \`message\`.
A body of JSON has at most 65536 bytes, unless its operation says otherwise.
Lists are read page by page: give \`next\` as \`after\`.
A POST takes an \`Idempotency-Key\` and can be repeated safely; a change of something with a version takes \`If-Match\`.
Instants are in UTC, days in Europe/London, money is whole pence. What one may not see is answered as not found.`;

/** The OpenAPI 3.1 description of the API, made from the same routes and schemas that requests are served by. */
export function describeApi(nouns: readonly Noun[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { noun, routes } of nouns) {
    for (const route of routes) {
      const path = (paths[route.path] ??= {});
      path[route.method.toLowerCase()] = describeOperation(route, noun);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cohortium',
      version: packageFile.version,
      description,
      license: { name: packageFile.license, identifier: packageFile.license },
    },
    servers: [{ url: '/' }],
    tags: nouns.map(({ noun }) => ({ name: noun })),
    paths,
    components: {
      schemas: { Problem: problemSchema },
      parameters,
      headers: {
        ETag: { description: 'The version, to be given as If-Match', schema: { type: 'string' }, example: '"7"' },
        FileName: {
          description: 'That this is a file, and the name to keep it under',
          schema: { type: 'string' },
          example: 'attachment; filename="export.csv"',
        },
      },
      securitySchemes,
    },
  };
}
