import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { idPattern } from '../ids.ts';
import { programmeDetails } from '../programmes/programme.ts';
import { keptSessionsSchema, sessionsSchema } from './session.ts';

export const cohortId = z
  .string()
  .regex(idPattern('coh'), 'This is not the id of a cohort')
  .describe('The id of a cohort');

/**
 * The most places, and the most waiting. Together at most 180: the ledger keeps up to 200 entries, and what was given
 * back in the last day needs room too.
 */
export const capacitySchema = z.int().min(1).max(150).describe('How many places there are');
const waitlistSchema = z.int().min(0).max(150).describe('How many may wait when every place is taken');
export const mostPlacesAndWaiting = 180;

/** What its host decides about a cohort before it opens. */
export const cohortDetails = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .describe('What tells this cohort from the others of its programme, such as "Autumn 2027"'),
  sessions: sessionsSchema,
  capacity: capacitySchema,
  waitlist: waitlistSchema,
  limit: z.int().min(1).max(180).describe('How many places, waiting ones too, one organisation may hold'),
  opensAt: z.iso.datetime().describe('The instant from which places can be claimed, in UTC'),
};
export type CohortDetails = z.infer<z.ZodObject<typeof cohortDetails>>;

/**
 * A cohort as its host planned it. Its status, and its capacity once it is open, live on its ledger alone (shared/places).
 * What it takes from its programme is copied here when it is made: a published programme no longer changes.
 */
export const cohortSchema = z.object({
  pk: z.string(),
  sk: z.literal('COHORT'),
  id: cohortId,
  programme: z.string(),
  host: z.string(),
  title: programmeDetails.title,
  skills: programmeDetails.skills,
  audience: programmeDetails.audience,
  sharedWith: programmeDetails.sharedWith,
  ...cohortDetails,
  sessions: keptSessionsSchema,
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  /** Set in the same transaction that makes the ledger, which knows the plan's version from then on (`planned`). */
  opened: z.boolean(),
  /** Cancelled before it was ever open: nobody but its host has seen it, or will. */
  dropped: z.boolean().optional(),
  /** Left out of the lists by its host once it was over or cancelled. */
  archived: z.boolean().optional(),
  /** The digest of the request that made it, so that a repeated one is told from another. */
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type Cohort = z.infer<typeof cohortSchema>;
