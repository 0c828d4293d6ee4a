import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { idPattern } from '../ids.ts';
import { organisationId, organisationKinds } from '../organisations/organisation.ts';
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

/** Places that are a partner's own from the opening on, until a date. */
const holdingSchema = z.strictObject({
  organisation: organisationId,
  places: z.int().min(1).max(50).describe('How many places are held for it'),
  until: z.iso.date().describe('The last day (Europe/London) on which they are held without a name'),
});

/** How an allocated cohort gives its places. */
export const allocationSchema = z.strictObject({
  closesOn: z.iso.date().describe('The last day (Europe/London) of claims that count alike; later ones queue behind'),
  method: z
    .enum(['in-turn', 'by-priority'])
    .describe('How the order is proposed: in turn, one each; or so within each priority'),
  priorities: z
    .array(z.enum(organisationKinds))
    .max(organisationKinds.length)
    .default([])
    .describe('Kinds of organisation that come first, the first of them before all; for `by-priority`'),
});

/** That a cohort takes applications: its places, but for held ones, then go to those whom the host selects. */
export const applicationsSchema = z.strictObject({
  closesOn: z.iso.date().describe('The last day (Europe/London) on which people apply or are nominated'),
});

/** By when people are to be named, and until when that can be changed. */
const namingSchema = z.strictObject({
  daysBefore: z.int().min(0).max(180).describe('Days before the first day by which a place is named'),
  daysAfterConfirmed: z
    .int()
    .min(1)
    .max(60)
    .describe('Days after a place was confirmed by which it is named, if that is later'),
  freezeDaysBefore: z
    .int()
    .min(0)
    .max(90)
    .describe('Days before the first day from which a name is changed with the host’s agreement alone'),
});

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
  held: z
    .array(holdingSchema)
    .max(20)
    .describe(
      'Places held for partners: theirs from the opening on, confirmed first, until they are named or the date has come',
    ),
  allocation: allocationSchema
    .optional()
    .describe('How places are allocated after a closing date; without it, first come, first served'),
  applications: applicationsSchema
    .optional()
    .describe('Set where people apply and the host selects whom it takes; places are then not claimed'),
  naming: namingSchema.describe('By when places are named'),
};

/** The same, with what is usual where nothing is said. */
export const cohortPlan = {
  ...cohortDetails,
  held: cohortDetails.held.default([]),
  naming: cohortDetails.naming.default({ daysBefore: 28, daysAfterConfirmed: 7, freezeDaysBefore: 7 }),
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
  ...cohortPlan,
  sessions: keptSessionsSchema,
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  /** Decides ties between claims that are allocated; drawn when the cohort opens and shown to all, so that anybody can check. */
  seed: z.string().optional(),
  /**
   * Set in the same transaction that makes the ledger, which knows the plan's version from then on (`planned`): only its
   * sessions are changed after that, in a transaction with the ledger too.
   */
  opened: z.boolean(),
  /** Cancelled before it was ever open: nobody but its host has seen it, or will. */
  dropped: z.boolean().optional(),
  /** Sessions that were called off when it was moved, the last forty: calendars are told that they are. */
  calledOff: keptSessionsSchema.optional(),
  /** Left out of the lists by its host once it was over or cancelled. */
  archived: z.boolean().optional(),
  /** The digest of the request that made it, so that a repeated one is told from another. */
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type Cohort = z.infer<typeof cohortSchema>;
