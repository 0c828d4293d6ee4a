import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { beginningOf, dayAfter } from '../clock.ts';
import { refusal, type AppError } from '../errors.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { organisationId } from '../organisations/organisation.ts';
import { isStanding, successionAnswer, successionAnswerSchema } from './succession.ts';
import { readSuccession, writeSuccession } from './successions-items.ts';

/** How far ahead a succession may be proposed, in days. */
const mostDaysAhead = 730;

/**
 * Proposes that another organisation succeeds the one acted for, from a day (Europe/London, at most two years ahead) on. It
 * comes to nothing unless the other accepts before that day.
 *
 * Refusals: `request.invalid` for a day that has come or is too far ahead, and for one's own organisation;
 * `organisation.not-found`; `succession.already` while one is under way; `succession.in-circle` when the other was
 * succeeded itself; `request.busy`. Causes succession.proposed.
 */
export const proposeSuccession = defineOperation({
  name: 'propose-succession',
  summary: 'Propose that another organisation succeeds yours on a day',
  kind: 'act',
  input: z.strictObject({
    successor: organisationId.describe('The organisation that is to take on places and people'),
    on: z.iso.date().describe('The first day (Europe/London) of the succession'),
  }),
  output: successionAnswerSchema,
  example: { successor: 'org_6543210', on: '2027-04-01' },
  refusals: ['organisation.not-found', 'succession.already', 'succession.in-circle'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { successor, on }, organisation) {
    const { table, clock } = context;
    const now = clock.now();
    const request = requestDigest(context, 'propose-succession', { successor, on });
    const before = await readSuccession(table, organisation);
    if (before?.request === request) return successionAnswer(before);
    if (beginningOf(on) <= now) throw wrong('on', 'This day has come already');
    if (beginningOf(dayAfter(on, -mostDaysAhead)) > now) throw wrong('on', 'This is more than two years ahead');
    if (successor === organisation) throw wrong('successor', 'An organisation does not succeed itself');
    if (isStanding(before, now)) throw refusal('succession.already');
    const other = (await findOrganisations(table, [successor])).get(successor);
    if (other === undefined || other.status === 'founded') throw refusal('organisation.not-found');
    // Whether the other is about to be succeeded is nobody's to know before the day: it is asked when they accept.
    if (other.status === 'succeeded') throw refusal('succession.in-circle');
    const next = {
      organisation,
      successor,
      on,
      status: 'proposed' as const,
      request,
      version: (before?.version ?? 0) + 1,
      change: { ...changeNow(context, 'proposed'), request },
    };
    if (await writeSuccession(table, next)) return successionAnswer(next);
    const there = await readSuccession(table, organisation);
    if (there?.request === request) return successionAnswer(there);
    throw refusal('succession.already');
  },
});

function wrong(field: string, message: string): AppError {
  return refusal('request.invalid', undefined, { fields: [{ field, message }] });
}
