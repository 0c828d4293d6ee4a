import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { beginningOf } from '../clock.ts';
import { organisationId } from '../organisations/organisation.ts';

/**
 * How far a succession has come: proposed by who is to be succeeded, accepted by the successor, begun on its day (`passing`)
 * and done; or withdrawn before that day.
 */
export const successionStatuses = ['proposed', 'accepted', 'passing', 'done', 'withdrawn'] as const;

/** By whom an organisation is to be succeeded, or was: one item an organisation, written anew by each proposal. */
export const successionSchema = z.object({
  pk: z.string(),
  sk: z.literal('SUCCESSION'),
  organisation: organisationId,
  successor: organisationId,
  /** The first day (Europe/London) of the succession. */
  on: z.iso.date(),
  status: z.enum(successionStatuses),
  /** The digest of the request that proposed it. */
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type Succession = z.infer<typeof successionSchema>;

export const successionAnswerSchema = z.object({
  organisation: organisationId,
  successor: organisationId,
  on: z.iso.date().describe('The first day (Europe/London) of the succession'),
  status: z.enum(successionStatuses),
  version: z.int().describe('To be given as If-Match when it is accepted or withdrawn'),
});

/** A succession as the administrators of the two see it. */
export function successionAnswer(succession: Omit<Succession, 'pk' | 'sk'>) {
  const { organisation, successor, on, status, version } = succession;
  return { organisation, successor, on, status, version };
}

/**
 * How long after the beginning things are passed on (milliseconds): by then what was asked before it is over, API keys that
 * are remembered for a minute are read anew, and the views tell of all places.
 */
const settlingMilliseconds = 5 * 60_000;

/** When what was asked before an instant is over. */
export function settledAfter(instant: Date): Date {
  return new Date(instant.getTime() + settlingMilliseconds);
}

/** When things are passed on, of a succession that has begun. */
export function passingAt({ change }: Pick<Succession, 'change'>): Date {
  return settledAfter(new Date(change.at));
}

/** How long after it is done it is looked whether something was left behind: also after a relay that was hours late. */
const lookAgainMilliseconds = 86_400_000;

/** When it is looked once more whether something was left behind, of a succession that is done. */
export function lookAgainAt({ change }: Pick<Succession, 'change'>): Date {
  return new Date(Date.parse(change.at) + lookAgainMilliseconds);
}

/** Whether a succession stands in the way of another: it is under way or done, not withdrawn and not left unaccepted. */
export function isStanding(succession: Pick<Succession, 'status' | 'on'> | undefined, now: Date): boolean {
  if (succession === undefined || succession.status === 'withdrawn') return false;
  return succession.status !== 'proposed' || now < beginningOf(succession.on);
}
