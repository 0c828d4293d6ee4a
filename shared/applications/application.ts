import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { idPattern } from '../ids.ts';
import { personId } from '../people/person.ts';
import { applicationStatuses } from './application-states.ts';

export const applicationId = z
  .string()
  .regex(idPattern('app'), 'This is not the id of an application')
  .describe('The id of an application');

/** How many applications a cohort takes. */
export const mostApplications = 500;

export const statement = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .describe('Why this person, and why now; for the own organisation and, once it has endorsed, for the host');

export const words = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .optional()
  .describe('More about the reason, for the person and their organisation; needed with `other`');

const declineCodes = [
  'not-eligible',
  'cannot-be-released',
  'not-at-this-time',
  'other-development',
  'others-endorsed',
  'other',
] as const;
const selectionCodes = [
  'others-stronger',
  'needs-experience',
  'unclear-statement',
  'balance-of-organisations',
  'not-eligible',
  'no-longer-eligible',
  'other',
] as const;
export const declineReason = z.enum(declineCodes).describe('Why the organisation does not endorse it');
export const selectionReason = z.enum(selectionCodes).describe('Why the host does not select it');
export const anyReason = z.enum([...new Set([...declineCodes, ...selectionCodes])]);

/** What a reason means, in words for the person. A code never changes its meaning. */
export const reasonMeanings: Readonly<Record<z.infer<typeof anyReason>, string>> = {
  'cannot-be-released': 'You cannot be released for the days of this cohort',
  'not-at-this-time': 'Your organisation encourages you to apply again later',
  'other-development': 'Another way to develop suits you better',
  'others-endorsed': 'Your organisation endorses others for this cohort',
  'not-eligible': 'You are not among those whom the programme is for',
  'others-stronger': 'Others met the aims of the programme more fully',
  'needs-experience': 'More experience is needed first',
  'unclear-statement': 'The statement did not show enough of what the programme asks for',
  'balance-of-organisations': 'The cohort is made up of people from several organisations',
  'no-longer-eligible': 'You can no longer be named on a place of this cohort',
  other: 'For another reason',
};

/**
 * That a person wants to take part in a cohort, from their application to what became of it. Private: to the person and the
 * leads of their organisation, and to the host once the organisation has endorsed it.
 */
export const applicationSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('APPLICATION#'),
  id: applicationId,
  cohort: z.string(),
  host: z.string(),
  organisation: z.string(),
  person: personId,
  status: z.enum(applicationStatuses),
  /** Erased when the application is withdrawn. */
  statement: z.string().optional(),
  /** Set from its endorsement on: the host sees it. */
  endorsedAt: z.iso.datetime().optional(),
  /** Why it was declined or not selected; kept when it is withdrawn after that. */
  reason: anyReason.optional(),
  words: z.string().optional(),
  /** Where it stands among the alternates of its cohort, from 1; those before it may be taken or gone. */
  rank: z.int().optional(),
  /** Why the host takes this person although they are not eligible; free text, for their organisation and the host alone. */
  exception: z.object({ reason: z.string(), by: z.string(), at: z.iso.datetime() }).optional(),
  /** Set when the person's record was removed: the texts are erased, and none is written any more. */
  erased: z.boolean().optional(),
  /** The digest of the request that took it from the alternates. */
  taken: z.string().optional(),
  /** The place that the selected person was given. */
  ticket: z.int().optional(),
  /** The digest of the request that made it, or made it anew. */
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type Application = z.infer<typeof applicationSchema>;

/** The free text of an application, theirs and about them, as it is when it is erased. */
export const noTexts = { statement: undefined, words: undefined, exception: undefined } as const;

/** Whether somebody was taken and has no place yet: they have one before others. */
export function isUnplaced({ status, ticket }: Pick<Application, 'status' | 'ticket'>): boolean {
  return status === 'selected' && ticket === undefined;
}
