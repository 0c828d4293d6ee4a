import * as z from 'zod';
import type { Source } from '../paging.ts';
import { keys, shardOf, shards } from '../table/keys.ts';
import { absent, type Condition, type Item, type Table } from '../table/table.ts';
import { applicationSchema, mostApplications, type Application } from './application.ts';
import { selectionSchema, type Selection } from './selection.ts';

type Unkeyed = Omit<Application, 'pk' | 'sk'>;

/** How many are read at once: a page of the longest stays below the megabyte that a query gives. */
const pageSize = 100;

/** The item of an application. It stands beside its cohort, so that the host reads all of them consistently. */
function applicationItem(application: Unkeyed): Item {
  const key = keys.application(application.cohort, application.id);
  return { ...application, ...key, gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${application.cohort}` };
}

/** Reads an application as it is at this moment. */
export async function readApplication(table: Table, cohort: string, id: string): Promise<Application | undefined> {
  return await table.get(keys.application(cohort, id), applicationSchema, { consistent: true });
}

/** A cohort's applications, by id. */
export function applicationsSource(table: Table, cohort: string): Source<Application> {
  return async (after, limit) =>
    await table.query({ ...keys.applicationsTo(cohort), after, limit, consistent: true }, applicationSchema);
}

/** All applications to a cohort as they are at this moment, by id. */
export async function readApplications(table: Table, cohort: string): Promise<Map<string, Application>> {
  const source = applicationsSource(table, cohort);
  const found: Application[] = [];
  let page: readonly Application[];
  do {
    page = await source(found.at(-1)?.sk, pageSize);
    found.push(...page);
  } while (page.length === pageSize);
  return new Map(found.map((application) => [application.id, application]));
}

const ownSchema = z.object({ sk: z.string(), cohort: z.string(), application: z.string() });

/** All applications of a person as they are noted at this moment, a page at a time. */
export async function* applicationsOf(
  table: Table,
  person: string,
): AsyncGenerator<Pick<z.infer<typeof ownSchema>, 'cohort' | 'application'>[]> {
  let after: string | undefined;
  do {
    const page: z.infer<typeof ownSchema>[] = await table.query(
      { ...keys.applicationsOf(person), after, limit: pageSize, consistent: true },
      ownSchema,
    );
    yield page;
    after = page.length < pageSize ? undefined : page.at(-1)?.sk;
  } while (after !== undefined);
}

type Owned = Pick<Application, 'person' | 'cohort' | 'id'>;

/** Where a person's application to a cohort is noted beside the person, so that it is found when they are removed. */
function ownItem({ person, cohort, id }: Owned): Item {
  return { ...keys.applicationOf(person, cohort), cohort, application: id };
}

/** Notes an application beside the person to whom it is about to be moved. */
export async function noteApplication(table: Table, application: Owned): Promise<void> {
  await table.put(ownItem(application));
}

const applicantSchema = z.object({ application: z.string() });

/** The id of the application that a person has made to a cohort, or that was made for them. */
export async function readApplicationOf(table: Table, cohort: string, person: string): Promise<string | undefined> {
  return (await table.get(keys.applicant(cohort, person), applicantSchema, { consistent: true }))?.application;
}

/** Whether a cohort has as many applications as it takes. Those of the same moment do not count each other. */
export async function isFull(table: Table, cohort: string): Promise<boolean> {
  const found = await table.query(
    { ...keys.applicantsTo(cohort), limit: mostApplications, consistent: true },
    applicantSchema,
  );
  return found.length >= mostApplications;
}

/** Puts a person's first application to a cohort; false when there is one already. */
export async function putApplication(table: Table, application: Unkeyed): Promise<boolean> {
  const applicant = keys.applicant(application.cohort, application.person);
  return await table.transact([
    { put: applicationItem(application), onlyIf: absent },
    { put: { ...applicant, application: application.id }, onlyIf: absent },
    { put: ownItem(application) },
  ]);
}

/** Writes what an application is from now on, if it still is of the version before. */
export async function replaceApplication(table: Table, application: Unkeyed): Promise<boolean> {
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': application.version - 1 } };
  return await table.put(applicationItem(application), unchanged);
}

const liveSchema = z.object({ pk: z.string(), sk: z.string(), gsi2sk: z.string() });
/** Where applications begin in the index of all live aggregates. */
const liveApplications = 'APPLICATION#';

/**
 * Applications to any cohort, shard by shard, behind a position (`<shard> <sort key>`), and the position of the next;
 * undefined when there are no more. From an index of keys alone: one of the last second may be missing, or its last change.
 */
export async function readLiveApplications(
  table: Table,
  position: string | undefined,
  limit: number,
): Promise<{ readonly applications: readonly Application[]; readonly next: string | undefined }> {
  const [number = '0', after = liveApplications] = position?.split(' ') ?? [];
  const shard = Number(number);
  const page = await table.query({ index: 'gsi2', pk: keys.live(shard), after, limit }, liveSchema);
  const found = page.filter(({ gsi2sk }) => gsi2sk.startsWith(liveApplications));
  const applications = await table.getMany(
    found.map(({ pk, sk }) => ({ pk, sk })),
    applicationSchema,
  );
  const last = found.length < limit ? undefined : found.at(-1)?.gsi2sk;
  if (last !== undefined) return { applications, next: `${number} ${last}` };
  return { applications, next: shard + 1 < shards ? `${String(shard + 1)} ${liveApplications}` : undefined };
}

/**
 * Writes an application under another person, if it still is of the version before; the one that it was under no longer
 * has it. Cut off between the two, it is done again.
 */
export async function movePerson(table: Table, next: Unkeyed, before: string): Promise<boolean> {
  const { cohort, person, id } = next;
  if (person !== before) {
    await table.delete(keys.applicant(cohort, before));
    await table.delete(keys.applicationOf(before, cohort));
  }
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': next.version - 1 } };
  return await table.transact([
    { put: applicationItem(next), onlyIf: unchanged },
    { put: { ...keys.applicant(cohort, person), application: id } },
  ]);
}

/** What the host decided last about a cohort's applications. */
export async function readSelection(table: Table, cohort: string): Promise<Selection | undefined> {
  return await table.get(keys.selection(cohort), selectionSchema, { consistent: true });
}

/** Writes down what the host decides: only behind the decision before it, which has to be carried out. */
export async function putSelection(table: Table, cohort: string, selection: Selection): Promise<boolean> {
  const before: Condition = {
    condition: 'round = :before AND done = :done',
    values: { ':before': selection.round - 1, ':done': true },
  };
  return await table.put({ ...keys.selection(cohort), ...selection }, selection.round === 1 ? absent : before);
}

/**
 * Notes that a decision is carried out; nothing, when another has followed it already. The reasons in words stand on the
 * applications now, and are erased there when it is time: here they go at once.
 */
export async function finishSelection(table: Table, cohort: string, { round, notSelected }: Selection): Promise<void> {
  const done = {
    update: 'SET done = :done, notSelected = :told',
    condition: 'round = :round',
    values: {
      ':done': true,
      ':round': round,
      ':told': notSelected.map(({ application, reason }) => ({ application, reason })),
    },
  };
  await table.update(keys.selection(cohort), done, selectionSchema);
}
