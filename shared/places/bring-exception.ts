import { changeNow } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { objectionsTo } from '../people/eligibility.ts';
import { findActivePerson } from '../people/find-people.ts';
import { eraseException } from './erase-exception.ts';
import { blankRecord, exceptionFor, type PlaceRecord, type Unkeyed } from './place-record.ts';
import { readPlaceRecord, writePlaceRecord } from './place-records-items.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;

/** Who is deferred, from which place of which cohort, and to which cohort. */
export interface Deferring {
  readonly person: string;
  readonly here: Pick<Cohort, 'id' | 'audience'>;
  readonly record: Unkeyed;
  readonly there: Pick<Cohort, 'id' | 'audience' | 'host'>;
}

/**
 * The exception that a person brings along to a later cohort of the programme: the one that the host has made for them alone,
 * as far as the programme asks there for no more than it has let pass here. Undefined when there is none, or when something
 * speaks against them there that does not here, which the host has not decided about. One that was made for whoever is named
 * on the place stays with the place.
 */
export async function exceptionBrought(
  { table }: Pick<Context, 'table'>,
  { person, here, record, there }: Deferring,
): Promise<PlaceRecord['exception']> {
  const { exception, organisation } = record;
  if (exception?.person !== person) return undefined;
  const known = await findActivePerson(table, organisation, person);
  const kind = (await findOrganisations(table, [organisation])).get(organisation)?.kind;
  if (known === undefined || kind === undefined) return undefined;
  const passed = new Set(objectionsTo(here.audience, known, kind));
  const isEnough = objectionsTo(there.audience, known, kind).every((objection) => passed.has(objection));
  return isEnough ? { ...exception, from: exception.from ?? here.id } : undefined;
}

/** A record with the exception that somebody brings along, unless there is one already that counts for them. */
export function withBrought(record: Unkeyed, person: string, brought: PlaceRecord['exception']): Unkeyed {
  return brought === undefined || exceptionFor(record, person) !== undefined
    ? record
    : { ...record, exception: brought };
}

/**
 * Writes the exception that somebody brings along on the record of a place of the later cohort, before they are named there.
 * Done already, nothing happens. Of who is removed from the record at this moment the reason is erased again. Refuses with
 * `request.busy` when others came first each time.
 */
export async function bringException(context: Context, ticket: number, deferring: Deferring): Promise<void> {
  const { table } = context;
  const { person, record: here, there } = deferring;
  const brought = await exceptionBrought(context, deferring);
  if (brought === undefined) return;
  const { organisation } = here;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const record: Unkeyed =
      (await readPlaceRecord(table, there.id, ticket)) ??
      blankRecord({ cohort: there.id, ticket, organisation, host: there.host });
    const next = withBrought(record, person, brought);
    if (next === record) return;
    if ((await writePlaceRecord(table, next, changeNow(context, 'exception-made'))) === undefined) continue;
    // Whoever removed them at this very moment may not have found it.
    const isThere = (await findActivePerson(table, organisation, person)) !== undefined;
    if (!isThere) await eraseException(context, { cohort: there.id, ticket, person });
    return;
  }
  throw refusal('request.busy');
}
