import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import { epochSeconds } from '../clock.ts';
import { organisationKinds } from '../organisations/organisation.ts';
import { keptSeconds } from '../places/places-views.ts';
import { sortKeyAfter, type Source } from '../paging.ts';
import { bands, requirements, skills, staffGroups } from '../programmes/programme.ts';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { Cohort } from './cohort.ts';

const day = 86_400_000;

/**
 * A cohort stands in its programme's list; and, once it is open, in the listing of open cohorts of its audience, to which
 * its ledger adds the counts. A hundred lines of that listing are read at once, so its names are short, what the key says
 * is not said again, and codes are kept as their places in the lists that declare them. Once it is archived it is not
 * shown there, whatever its ledger says; and it is the ledger's to take it from a day that it was moved away from.
 */
export function viewsOfCohort(_before: Cohort | undefined, after: Cohort): readonly ViewWrite[] {
  const { id, programme, name, firstDay, lastDay, capacity, waitlist, opensAt, opened, archived, version } = after;
  const planned: ViewWrite = {
    key: keys.programmeCohort(programme, id),
    guard: 'v',
    version,
    set: { name, firstDay, lastDay, capacity, waitlist, opensAt, opened, archived },
  };
  if (!opened || after.dropped === true) return [planned];
  const audience = after.sharedWith === 'all' ? 'ALL' : programme;
  const set = archived === true ? archivedSince(after) : detailsOf(after);
  return [planned, { key: keys.openCohort(audience, firstDay, id), guard: 'd', version, set }];
}

function archivedSince({ change }: Cohort) {
  return { archived: true, expires: epochSeconds(new Date(change.at)) + keptSeconds };
}

function detailsOf(cohort: Cohort) {
  const { title, name, host, programme, sharedWith, audience, sessions, firstDay, lastDay } = cohort;
  return {
    t: title,
    n: name,
    h: host.slice('org_'.length),
    // A restricted programme is named by the listing's partition.
    p: sharedWith === 'all' ? programme.slice('prg_'.length) : undefined,
    s: placesIn(skills, cohort.skills),
    g: placesIn(staffGroups, audience.staffGroups),
    k: placesIn(organisationKinds, audience.organisationKinds),
    b: placesIn(bands, audience.bands) || undefined,
    r: placesIn(requirements, audience.requirements) || undefined,
    o: epochSeconds(new Date(cohort.opensAt)),
    a: cohort.applications?.closesOn,
    l: Math.round((new Date(lastDay).getTime() - new Date(firstDay).getTime()) / day),
    c: sessions.length,
  };
}

const openLineSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  t: z.string(),
  n: z.string(),
  h: z.string(),
  p: z.string().optional(),
  s: z.string(),
  g: z.string(),
  k: z.string(),
  b: z.string().optional(),
  r: z.string().optional(),
  o: z.int(),
  a: z.string().optional(),
  l: z.int(),
  c: z.int(),
  free: z.int(),
  waiting: z.int(),
  capacity: z.int(),
});

/** A line of a listing that may lack a part still, or be gone. */
const lineSchema = z.looseObject({ sk: z.string(), gone: z.boolean().optional(), archived: z.boolean().optional() });
export type Line = z.infer<typeof lineSchema>;

/** The open cohorts of an audience (`ALL`, or a programme), by first day up to and with `until`. */
export function openCohortsSource(table: Table, audience: string, until: string | undefined): Source<Line> {
  const upTo = until === undefined ? {} : { upTo: afterAllOf(until) };
  return async (after, limit) =>
    await table.query({ pk: keys.openCohorts(audience), ...upTo, after, limit }, lineSchema);
}

/** A sort key behind all those of a day. */
export function afterAllOf(date: string): string {
  return `${date}#~`;
}

/** What a line says; undefined while one of its two parts is missing, and when the cohort is not open there any more. */
export function openCohortOf(line: Line) {
  if (line.gone === true || line.archived === true) return undefined;
  const { success, data } = openLineSchema.safeParse(line);
  if (!success) return undefined;
  const [firstDay = '', id = ''] = data.sk.split('#');
  return {
    id,
    programme: data.p === undefined ? data.pk.slice(data.pk.indexOf('#') + 1) : `prg_${data.p}`,
    host: `org_${data.h}`,
    title: data.t,
    name: data.n,
    skills: namedBy(skills, data.s),
    audience: {
      staffGroups: namedBy(staffGroups, data.g),
      organisationKinds: namedBy(organisationKinds, data.k),
      bands: namedBy(bands, data.b ?? ''),
      requirements: namedBy(requirements, data.r ?? ''),
    },
    firstDay,
    lastDay: new Date(new Date(firstDay).getTime() + data.l * day).toISOString().slice(0, 10),
    sessions: data.c,
    opensAt: new Date(data.o * 1000).toISOString(),
    ...(data.a === undefined ? {} : { applications: { closesOn: data.a } }),
    capacity: data.capacity,
    free: data.free,
    waiting: data.waiting,
  };
}

/** Where the listing goes on after a cursor, or where it begins for those from a day on. */
export function openCohortsAfter(cursor: string | undefined, from: string | undefined): string | undefined {
  const after = sortKeyAfter(cursor, /^\d{4}-\d{2}-\d{2}#coh_[0-9a-z]{12}$/);
  return after !== undefined && (from === undefined || after > from) ? after : from;
}

const plannedSchema = z.object({
  sk: z.string(),
  name: z.string(),
  firstDay: z.string(),
  lastDay: z.string(),
  capacity: z.int(),
  waitlist: z.int(),
  opensAt: z.string(),
  opened: z.boolean(),
  archived: z.boolean().optional(),
});

/** A programme's cohorts, by id. */
export function programmeCohortsSource(table: Table, programme: string): Source<z.infer<typeof plannedSchema>> {
  return async (after, limit) =>
    await table.query({ ...keys.programmeCohorts(programme), after, limit }, plannedSchema);
}

/** Where the list of a programme's cohorts goes on after a cursor. */
export function programmeCohortsAfter(cursor: string | undefined): string | undefined {
  return sortKeyAfter(cursor, /^COHORT#coh_[0-9a-z]{12}$/);
}

/** Codes as their places in the list that declares them, one letter or digit each. */
function placesIn<Code extends string>(list: readonly Code[], codes: readonly Code[]): string {
  return codes.map((code) => list.indexOf(code).toString(36)).join('');
}

function namedBy<Code extends string>(list: readonly Code[], places: string): Code[] {
  return places.split('').flatMap((place) => list[Number.parseInt(place, 36)] ?? []);
}
