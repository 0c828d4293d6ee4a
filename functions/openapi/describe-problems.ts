import { access, type AccessRule } from '../../shared/access.ts';
import { refusals, type RefusalCode } from '../../shared/errors.ts';
import { statusOf } from '../http/problem.ts';
import { pathParametersOf, type Route } from '../http/route.ts';

/** The schema of every problem document (RFC 9457). */
export const problemSchema = {
  type: 'object',
  description: 'A problem document (RFC 9457). Decide by `code`, which never changes; the texts are for people.',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri', description: '`urn:cohortium:problem:` and the code' },
    title: { type: 'string', description: 'The problem in general' },
    status: { type: 'integer', description: 'The HTTP status' },
    detail: { type: 'string', description: 'The problem in this case' },
    code: { type: 'string', description: 'The stable name of the problem' },
    instance: { type: 'string', format: 'uri', description: 'This request, as the logs of the installation know it' },
    fields: {
      type: 'array',
      description: 'The fields of the input that are wrong',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
    facts: { type: 'object', description: 'What the refusal was decided by, such as how many places are free' },
  },
} as const;

/** Every code that a route can be refused with: its operation's own, and those that any request of its kind may meet. */
export function refusalCodesOf({ path, operation }: Route): RefusalCode[] {
  const { roles, untilSucceeded }: AccessRule = access[operation.name];
  const codes = new Set<RefusalCode>(operation.refusals);
  if (pathParametersOf(path).length > 0) codes.add(operation.notFound);
  codes.add('request.invalid').add('request.malformed').add('request.too-large');
  codes.add('request.busy').add('request.failed');
  if (roles !== 'public') {
    codes.add('actor.unauthenticated').add('actor.not-allowed').add('actor.organisation-missing');
  }
  if (untilSucceeded === true) codes.add('organisation.succeeded');
  if (operation.kind === 'create' || operation.kind === 'act') codes.add('request.key-missing');
  if (operation.kind === 'change') codes.add('request.version-missing');
  return [...codes];
}

/** The responses of an operation that are problems, one for each status, with the codes that come with it. */
export function describeProblems(route: Route): Record<string, unknown> {
  const byStatus = Map.groupBy(refusalCodesOf(route), (code) => statusOf(refusals[code].kind));
  const responses = [...byStatus].map(([status, codes]) => [String(status), describeProblem(status, codes)] as const);
  const fault = { description: 'A fault of the installation', content: contentOf(['request.failed']) };
  return { ...Object.fromEntries(responses), 500: fault };
}

function describeProblem(status: number, codes: readonly RefusalCode[]) {
  const description = codes.map((code) => `- \`${code}\`: ${refusals[code].title}`).join('\n');
  const retryAfter = { description: 'Seconds to wait before trying again', schema: { type: 'integer' } };
  return {
    description,
    ...(status === 503 ? { headers: { 'Retry-After': retryAfter } } : {}),
    content: contentOf(codes),
  };
}

function contentOf(codes: readonly RefusalCode[]) {
  const schema = { $ref: '#/components/schemas/Problem', properties: { code: { enum: codes } } };
  return { 'application/problem+json': { schema } };
}
