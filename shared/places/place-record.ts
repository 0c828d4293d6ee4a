import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { personId } from '../people/person.ts';
import { participation } from './attendance.ts';

/** How long a name that was drafted but never counted, or a deferral, keeps others from the same place (milliseconds). */
const draftMilliseconds = 60_000;

/** How many requests about the name on a place are remembered. */
const mostFinished = 8;

/**
 * What is known of one place beside its standing on the ledger: who is named, what the host allowed, and how the person took
 * part. Private to the organisation that has the place and to the host. The person counts as named only while the ledger
 * says that the place is named; before that it is a draft, and afterwards a leftover.
 */
export const placeRecordSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('PLACE#'),
  cohort: z.string(),
  ticket: z.int(),
  organisation: z.string(),
  host: z.string(),
  person: personId.optional(),
  /** When the person was drafted, and the digest of the request that did it. */
  drafted: z.object({ at: z.iso.datetime(), request: z.string() }).optional(),
  /** The last requests about the name that were done and overtaken since, by their digests: sent again, they do nothing. */
  finished: z.array(z.string()).max(mostFinished).optional(),
  /** Until when the host agrees to a change of the name after the freeze date. */
  lateUntil: z.iso.datetime().optional(),
  /**
   * Why the host takes a person who is not eligible; free text, shown to the organisation and the host alone. It counts for
   * this person, or without one for whoever is named here. The reason goes when the person is removed from the record. `from`
   * is the cohort for which it was made, where the person brought it along when they were deferred.
   */
  exception: z
    .object({
      reason: z.string().optional(),
      by: z.string(),
      at: z.iso.datetime(),
      person: personId.optional(),
      from: z.string().optional(),
    })
    .optional(),
  /** That the person is being deferred to a place of a later cohort, and by which request: what was cut off is finished by it. */
  deferred: z
    .object({ person: personId, to: z.string(), ticket: z.int(), request: z.string(), at: z.iso.datetime() })
    .optional(),
  ...participation,
  version: z.int(),
  change: changeSchema,
});
export type PlaceRecord = z.infer<typeof placeRecordSchema>;

/** A record as it is before anything was noted about a place; its version is 0. */
export function blankRecord(place: Pick<PlaceRecord, 'cohort' | 'ticket' | 'organisation' | 'host'>) {
  return { ...place, version: 0 };
}

/** The exception that the host has made for a person to be named on this place; undefined when there is none. */
export function exceptionFor({ exception }: Pick<PlaceRecord, 'exception'>, person: string) {
  return exception?.person === undefined || exception.person === person ? exception : undefined;
}
export type Deferral = NonNullable<PlaceRecord['deferred']>;
export type Unkeyed = Omit<PlaceRecord, 'pk' | 'sk' | 'change' | 'version'> & { readonly version: number };

/** Whether a request about the name on this place was done before, whatever has become of it since. */
export function isFinished(
  { finished = [], drafted }: Pick<PlaceRecord, 'finished' | 'drafted'>,
  request: string,
): boolean {
  return finished.includes(request) && drafted?.request !== request;
}

/** What is remembered of requests about the name on a place, with those that are done and overtaken now. */
export function finishedWith(
  { finished = [] }: Pick<PlaceRecord, 'finished'>,
  ...requests: readonly (string | undefined)[]
) {
  const done = requests.filter((one) => one !== undefined);
  return [...finished.filter((one) => !done.includes(one)), ...done].slice(-mostFinished);
}

/** Whether another request is about to name somebody on this place. */
export function isBeingNamed({ drafted }: Pick<PlaceRecord, 'drafted'>, request: string, now: Date): boolean {
  return isUnderWay(drafted, request, now);
}

/** Whether another request is about to defer the person who is named on this place. */
export function isBeingDeferred({ deferred }: Pick<PlaceRecord, 'deferred'>, request: string, now: Date): boolean {
  return isUnderWay(deferred, request, now);
}

function isUnderWay(begun: { readonly request: string; readonly at: string } | undefined, request: string, now: Date) {
  return begun !== undefined && begun.request !== request && now.getTime() - Date.parse(begun.at) < draftMilliseconds;
}
