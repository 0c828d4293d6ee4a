import * as z from 'zod';
import { refusal } from '../errors.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { organisationKinds } from '../organisations/organisation.ts';
import { pageInput, pageOf, readPage } from '../paging.ts';
import { findRestrictedProgrammes } from '../programmes/find-programmes.ts';
import { bands, programmeDetails, skills, staffGroups } from '../programmes/programme.ts';
import { applicationsSchema, cohortDetails, cohortId } from './cohort.ts';
import { afterAllOf, openCohortOf, openCohortsAfter, openCohortsSource } from './cohorts-views.ts';

/** How many programmes shared by name are looked through beside those for all. */
const mostRestricted = 50;

const openCohortSchema = z.object({
  id: cohortId,
  programme: z.string(),
  host: z.string(),
  title: programmeDetails.title,
  name: cohortDetails.name,
  skills: programmeDetails.skills,
  audience: programmeDetails.audience,
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  sessions: z.int().describe('How many sessions it has'),
  opensAt: z.iso.datetime(),
  claimsOpen: z
    .boolean()
    .describe('Whether places can be claimed now; otherwise from `opensAt`, and never where people apply'),
  applications: applicationsSchema
    .optional()
    .describe('Set where people apply, from `opensAt` on, and the host selects; places are then not claimed'),
  capacity: z.int(),
  free: z.int(),
  waiting: z.int(),
});

const filters = {
  from: z.iso.date().optional().describe('Only those whose first day is this or later; without it, from today'),
  to: z.iso.date().optional().describe('Only those whose first day is this or earlier'),
  skill: z.enum(skills).optional().describe('Only those that develop it'),
  staffGroup: z.enum(staffGroups).optional().describe('Only those that are for these staff'),
  band: z.enum(bands).optional().describe('Only those that are for this band'),
  organisationKind: z.enum(organisationKinds).optional().describe('Only those that are for this kind of organisation'),
  free: z.coerce.number().int().min(0).max(150).optional().describe('Only those with this many free places'),
};
type Filters = z.infer<z.ZodObject<typeof filters>>;

/**
 * The open cohorts that the organisation acted for can see and that have not begun, by first day: those for all, and those of programmes that are
 * shared with it by name, or that it shares so itself. A line may lag some seconds behind the ledger, which decides.
 *
 * Of programmes shared by name at most fifty are looked through; when there are more, the answer says `incomplete`.
 * With filters a page may be short, or empty, and still have a `next`.
 */
export const listOpenCohorts = defineOperation({
  name: 'list-open-cohorts',
  summary: 'The open cohorts that your organisation can see',
  kind: 'read',
  input: z.strictObject({ ...filters, ...pageInput }),
  output: pageOf(openCohortSchema).extend({
    incomplete: z
      .boolean()
      .optional()
      .describe('Set when more than fifty programmes are shared with you by name; those beyond are not looked through'),
  }),
  example: { from: '2027-09-01', skill: 'culture', free: 2, limit: 20 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run({ table, clock }, { limit, after: cursor, ...wanted }, organisation) {
    const { from, to } = wanted;
    if (from !== undefined && to !== undefined && from > to) {
      throw refusal('request.invalid', undefined, { fields: [{ field: 'to', message: 'This is before `from`' }] });
    }
    const now = clock.now();
    const after = openCohortsAfter(cursor, from ?? now.toISOString().slice(0, 10));
    if (to !== undefined && after !== undefined && after >= afterAllOf(to)) return { items: [] };
    const restricted = await findRestrictedProgrammes(table, organisation, mostRestricted + 1);
    const audiences = ['ALL', ...restricted.slice(0, mostRestricted)];
    const page = await readPage({
      sources: audiences.map((audience) => openCohortsSource(table, audience, to)),
      sortKey: ({ sk }) => sk,
      answer(line) {
        const cohort = openCohortOf(line);
        if (cohort === undefined || !isWanted(cohort, wanted)) return undefined;
        const claimsOpen = cohort.applications === undefined && new Date(cohort.opensAt) <= now;
        return { ...cohort, claimsOpen };
      },
      after,
      limit,
    });
    return restricted.length > mostRestricted ? { ...page, incomplete: true } : page;
  },
});

function isWanted(cohort: NonNullable<ReturnType<typeof openCohortOf>>, wanted: Filters): boolean {
  const { skill, staffGroup, band, organisationKind, free } = wanted;
  const isFor = <Code extends string>(codes: readonly Code[], code: Code | undefined) =>
    code === undefined || codes.length === 0 || codes.includes(code);
  return (
    (skill === undefined || cohort.skills.includes(skill)) &&
    isFor(cohort.audience.staffGroups, staffGroup) &&
    isFor(cohort.audience.bands, band) &&
    isFor(cohort.audience.organisationKinds, organisationKind) &&
    (free === undefined || cohort.free >= free)
  );
}
