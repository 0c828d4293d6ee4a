import { expect } from '@jest/globals';
import { z } from 'zod';
import { statusOf } from '../../functions/http/problem.ts';
import { refusals, type RefusalCode } from '../../shared/errors.ts';
import type { Answer } from './caller.ts';
import { Refused } from './party.ts';

const problemSchema = z.looseObject({
  code: z.string(),
  facts: z.record(z.string(), z.unknown()).optional(),
  fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
export type ProblemAnswered = z.infer<typeof problemSchema>;

/** Sees that an answer is the problem document of this code, whole and right; gives it. */
export function expectProblem({ status, headers, body }: Answer, code: RefusalCode): ProblemAnswered {
  const { title, kind } = refusals[code];
  expect(body).toMatchObject({ code, type: `urn:cohortium:problem:${code}`, title, status: statusOf(kind) });
  expect(status).toBe(statusOf(kind));
  expect(headers.get('content-type')).toBe('application/problem+json');
  return problemSchema.parse(body);
}

/** Sees that what was tried is refused, with the problem document of this code; gives it. */
export async function expectRefused(tried: Promise<unknown>, code: RefusalCode): Promise<ProblemAnswered> {
  const outcome = await tried.then(
    (done) => ({ done }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof Refused) return expectProblem(outcome.error.answer, code);
  throw new Error(`This was to be refused with ${code}`, { cause: 'error' in outcome ? outcome.error : outcome.done });
}
