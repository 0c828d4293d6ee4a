import * as z from 'zod';
import { countsOf, placesOf, type Ledger } from '../places/ledger.ts';
import { programmeDetails } from '../programmes/programme.ts';
import { freezesOn } from './cohort-plan.ts';
import { cohortStates } from './cohort-states.ts';
import { cohortPlan, cohortId, type Cohort } from './cohort.ts';
import { plannedSessionsSchema } from './session.ts';

const standing = { confirmed: z.int(), waiting: z.int() };

/** A cohort as an organisation that can see it does. */
export const cohortAnswerSchema = z.object({
  id: cohortId,
  programme: z.string(),
  host: z.string().describe('The organisation that offers it'),
  title: programmeDetails.title,
  skills: programmeDetails.skills,
  audience: programmeDetails.audience,
  ...cohortPlan,
  held: cohortPlan.held.describe('Places held for partners: to the host all of them, to others their own'),
  sessions: plannedSessionsSchema,
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  status: z.enum(cohortStates),
  archived: z.boolean().optional().describe('Set when its host has archived it: it is left out of the lists'),
  version: z.int().describe('Of the plan; to be given as If-Match when the draft is changed'),
  freezesOn: z.iso.date().describe('From this day a name is changed with the host’s agreement alone'),
  seed: z.string().optional().describe('Decides ties when places are allocated; published when the cohort opens'),
  collecting: z.boolean().describe('Whether claims wait for their places to be allocated'),
  free: z.int().describe('How many places nobody holds'),
  heldNow: z.int().describe('How many places are held for partners at this moment, nobody being named on them'),
  confirmed: z.int().describe('How many places are held'),
  waiting: z.int().describe('How many wait'),
  own: z.object(standing).describe('What the organisation acted for has itself'),
  holders: z
    .array(z.object({ organisation: z.string(), ...standing }))
    .optional()
    .describe('Which organisations have what; for the host alone'),
});
export type CohortAnswer = z.infer<typeof cohortAnswerSchema>;

/**
 * What an organisation sees of a cohort: the plan, how it stands, and its own places; only the host sees who holds what.
 * The capacity is the ledger's once there is one, because the host may change it while the cohort is open.
 */
export function cohortAnswer(
  cohort: Cohort,
  ledger: Ledger | undefined,
  organisation: string | undefined,
): CohortAnswer {
  const { id, programme, host, title, skills, audience, name, sessions, waitlist, limit } = cohort;
  const { opensAt, firstDay, lastDay, version } = cohort;
  const { held, naming, allocation, applications, seed } = cohort;
  const capacity = ledger?.capacity ?? cohort.capacity;
  const { held: heldNow, ...counts } =
    ledger === undefined ? { confirmed: 0, held: 0, free: capacity, waiting: 0 } : countsOf(ledger);
  const holders = ledger === undefined ? [] : holdersOf(ledger);
  const own = holders.find((holder) => holder.organisation === organisation);
  return {
    id,
    programme,
    host,
    title,
    skills,
    audience,
    name,
    sessions,
    capacity,
    waitlist,
    limit,
    opensAt,
    firstDay,
    lastDay,
    version,
    status: ledger?.status ?? 'draft',
    ...(cohort.archived === true ? { archived: true } : {}),
    held: organisation === host ? held : held.filter((holding) => holding.organisation === organisation),
    ...(allocation === undefined ? {} : { allocation }),
    ...(applications === undefined ? {} : { applications }),
    ...(seed === undefined ? {} : { seed }),
    naming,
    freezesOn: freezesOn(cohort),
    collecting: ledger?.collecting !== undefined,
    ...counts,
    heldNow,
    own: { confirmed: own?.confirmed ?? 0, waiting: own?.waiting ?? 0 },
    ...(organisation === host ? { holders } : {}),
  };
}

function holdersOf(ledger: Ledger) {
  return [...Map.groupBy(placesOf(ledger), (place) => place.organisation)].map(([organisation, places]) => {
    const confirmed = places.filter(({ state }) => state === 'confirmed').length;
    return { organisation, confirmed, waiting: places.length - confirmed };
  });
}
