import * as z from 'zod';
import { dayAfter } from '../clock.ts';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import { findHostedCohorts, type HostedCohort } from '../cohorts/find-hosted-cohorts.ts';
import { refusal } from '../errors.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { findLedgers } from '../places/cohort-ledger.ts';
import { findHeldCohorts } from '../places/find-held-cohorts.ts';
import { findRefusedClaimsBy, findRefusedClaimsOn, type RefusedClaim } from '../places/find-refused-claims.ts';
import { cohortOf, firstDayOf } from '../places/ledger.ts';
import { programmeDetails } from '../programmes/programme.ts';
import type { Table } from '../table/table.ts';
import { daysOfYear, financialYear, isIn, type Period } from './financial-year.ts';
import { demandsOn, sumOf, type Demand } from './unmet-demand.ts';

/** The longest period that is looked at. */
const mostDays = 731;

const input = z.strictObject({
  year: financialYear.optional(),
  from: z.iso.date().optional().describe('Instead of a year: the first day of a period of at most two years'),
  to: z.iso.date().optional().describe('The last day of that period'),
  asked: z
    .enum(['of-us', 'by-us'])
    .default('of-us')
    .describe('What all organisations asked of your programmes, or what yours asked of anybody’s'),
});
type Input = z.infer<typeof input>;

const month = z.string().describe('The month in which the cohorts begin, such as `2027-09`');
const sums = {
  places: z.int().describe('Places that were asked for in vain: the sum of the next four'),
  waiting: z.int().describe('Those that wait in line'),
  lapsed: z.int().describe('Those that waited until their date'),
  refused: z.int().describe('Those that were refused for want of room, and not got since'),
  cancelled: z.int().describe('Those that were confirmed on a cohort that was cancelled'),
  organisations: z.int().describe('By how many organisations they were asked for'),
};
const { title, skills } = programmeDetails;

/**
 * Places that were asked for in vain, on cohorts that begin in a period, by programme, skill and month: where the next
 * shared cohort is wanted. A host sees how many places and organisations, not which; of what others asked of others nobody
 * sees anything. A programme counts for each skill that it develops. What is counted how: docs/data-model.md.
 *
 * Refuses with `request.invalid` unless it is given either a financial year or the two days of a period of up to two years.
 */
export const getUnmetDemand = defineOperation({
  name: 'get-unmet-demand',
  summary: 'Places that were asked for in vain, by programme, skill and month',
  kind: 'read',
  input,
  output: z.object({
    from: z.iso.date(),
    to: z.iso.date(),
    ...sums,
    programmes: z.array(z.object({ programme: z.string(), title, skills, month, ...sums })),
    skills: z.array(z.object({ skill: skills.unwrap(), month, ...sums })),
    incomplete: z.boolean().describe('Whether there was too much to count all of it'),
  }),
  example: { year: '2027-28' },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run({ table }, given, organisation) {
    const period = periodOf(given);
    const { cohorts, claims, incomplete } = await (given.asked === 'of-us' ? askedOf : askedBy)(
      table,
      organisation,
      period,
    );
    const refused = Map.groupBy(claims, ({ cohort }) => cohort);
    const known = new Map(cohorts.map((cohort) => [cohort.id, cohort]));
    const demands = (await findLedgers(table, [...known.keys()])).flatMap((ledger) => {
      const cohort = known.get(cohortOf(ledger));
      const begins = firstDayOf(ledger);
      if (cohort === undefined || !isIn(period, begins)) return [];
      const all = demandsOn(ledger, refused.get(cohort.id) ?? []);
      const shown = given.asked === 'of-us' ? all : all.filter((demand) => demand.organisation === organisation);
      return shown.map((demand) => ({ ...demand, cohort, month: begins.slice(0, 7) }));
    });
    return { ...period, ...sumOf(demands), programmes: byProgramme(demands), skills: bySkill(demands), incomplete };
  },
});

type Asked = Demand & { readonly cohort: HostedCohort; readonly month: string };

function byProgramme(demands: readonly Asked[]) {
  const groups = Map.groupBy(demands, (demand) => `${demand.month} ${demand.cohort.programme}`);
  const lines = [...groups.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { programme, title: called, skills: develops } = first.cohort;
    return [{ programme, title: called, skills: develops, month: first.month, ...sumOf(some) }];
  });
  return mostWantedFirst(lines);
}

function bySkill(demands: readonly Asked[]) {
  const each = demands.flatMap((demand) => demand.cohort.skills.map((skill) => ({ ...demand, skill })));
  const groups = Map.groupBy(each, (demand) => `${demand.month} ${demand.skill}`);
  const lines = [...groups.values()].flatMap((some) => {
    const [first] = some;
    return first === undefined ? [] : [{ skill: first.skill, month: first.month, ...sumOf(some) }];
  });
  return mostWantedFirst(lines);
}

/** Month by month, what most was asked for in it first. */
function mostWantedFirst<Line extends { readonly month: string; readonly places: number }>(lines: Line[]): Line[] {
  return lines.sort((one, other) => one.month.localeCompare(other.month) || other.places - one.places);
}

function periodOf({ year, from, to }: Input): Period {
  if (year !== undefined && from === undefined && to === undefined) return daysOfYear(year);
  if (year === undefined && from !== undefined && to !== undefined && from <= to && to < dayAfter(from, mostDays)) {
    return { from, to };
  }
  const message = 'Give a financial year, or the first and the last day of a period of at most two years';
  throw refusal('request.invalid', undefined, { fields: [{ field: 'year', message }] });
}

interface Found {
  readonly cohorts: readonly HostedCohort[];
  readonly claims: readonly RefusedClaim[];
  readonly incomplete: boolean;
}

/** The cohorts of a host that may have been asked for in vain, and what was refused on them. */
async function askedOf(table: Table, host: string, period: Period): Promise<Found> {
  const hosted = await findHostedCohorts(table, host, period);
  const refused = await findRefusedClaimsOn(
    table,
    hosted.cohorts.map(({ id }) => id),
  );
  return { ...hosted, claims: refused.claims, incomplete: hosted.incomplete || refused.incomplete };
}

/** The cohorts that an organisation may have asked for in vain, and what it was refused on them. */
async function askedBy(table: Table, organisation: string, period: Period): Promise<Found> {
  const [held, refused] = await Promise.all([
    findHeldCohorts(table, organisation, period),
    findRefusedClaimsBy(table, organisation),
  ]);
  const cohorts = await findCohorts(table, [...held.cohorts, ...refused.claims.map(({ cohort }) => cohort)]);
  return {
    cohorts: [...cohorts.values()],
    claims: refused.claims,
    incomplete: held.incomplete || refused.incomplete,
  };
}
