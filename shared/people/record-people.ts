import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { actorId, type Context } from '../context.ts';
import { refusal, type FieldError } from '../errors.ts';
import { isOvertaken, type TakenList } from '../imports/taken-list.ts';
import { actingOrganisation } from '../operation.ts';
import { manyAtOnce, patiently } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { readPeople, readPerson, writePerson } from './people-items.ts';
import { personDetails, personIdOf, type ActivePerson, type Person } from './person.ts';

/** A person as a list of people has them. What `kept` names the list does not speak of: it stays as it is on record. */
export interface ListedPerson {
  readonly details: z.infer<z.ZodObject<typeof personDetails>>;
  readonly kept: readonly ('managerReference' | 'accessNeeds')[];
}

/** What a list made of a person's record, or why it made nothing of it: what is in the way, by the field. */
export type Recorded = 'added' | 'changed' | 'unchanged' | readonly FieldError[];

/** A list says of nobody that they come back, and a newcomer must not have what the one before them had. */
const wasRemoved: readonly FieldError[] = [
  {
    field: 'reference',
    message:
      'Who had this reference was removed: give a newcomer another one; who comes back is added by themselves, as returning',
  },
];

/** How many people are written at once. */
const atOnce = 25;
/** How often a record is written anew that somebody else has changed meanwhile. */
const attempts = 4;

/**
 * Puts people of the organisation acted for on record as a list has them: those who are not there are added, those
 * who differ are changed, and of those who do not nothing is written. For the reference of somebody who was removed the
 * answer is what is in the way: it may be a newcomer's by now. No two may have one reference. `list`
 * is named in each record that it writes: put on record once more, in whole or in part, it is answered as the first time.
 * What others have changed or removed since it was begun it leaves alone, as unchanged. In the order given; 25 at once, and
 * what the table is too busy for is tried again.
 *
 * Refusals: `request.busy` when a record was changed by others again and again. What was written before stays.
 */
export async function recordPeople(
  context: Context,
  people: readonly ListedPerson[],
  list: TakenList,
): Promise<Recorded[]> {
  const organisation = actingOrganisation(context);
  const there = await peopleOnRecord(context.table, organisation, people);
  return await manyAtOnce(people, atOnce, async (person) => {
    let before = there.get(personIdOf(organisation, person.details.reference));
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const recorded = recordedBy(before, person, list);
      if (recorded === 'unchanged') return recordedEarlier(before, list);
      if (typeof recorded !== 'string') return recorded;
      const next = nextOf(context, before, person, `${list.id}.${recorded}`);
      if (await patiently(async () => await writePerson(context.table, next))) return recorded;
      before = await patiently(async () => await readPerson(context.table, organisation, next.id));
    }
    throw refusal('request.busy');
  });
}

/** What `recordPeople` would answer; nothing is written. */
export async function comparePeople(
  context: Context,
  people: readonly ListedPerson[],
  list: TakenList,
): Promise<Recorded[]> {
  const organisation = actingOrganisation(context);
  const there = await peopleOnRecord(context.table, organisation, people);
  return people.map((person) =>
    recordedBy(there.get(personIdOf(organisation, person.details.reference)), person, list),
  );
}

async function peopleOnRecord(table: Table, organisation: string, people: readonly ListedPerson[]) {
  const ids = people.map(({ details }) => personIdOf(organisation, details.reference));
  const found = await patiently(async () => await readPeople(table, organisation, ids));
  return new Map(found.map((person) => [person.id, person]));
}

function recordedBy(before: Person | undefined, person: ListedPerson, list: TakenList): Recorded {
  if (before !== undefined && isOvertaken(list, before.written)) return 'unchanged';
  if (before === undefined) return 'added';
  if (before.status === 'removed') return wasRemoved;
  const details = Object.entries(before).filter(([name]) => Object.hasOwn(personDetails, name));
  return isDeepStrictEqual(Object.fromEntries(details), detailsAfter(before, person)) ? 'unchanged' : 'changed';
}

/** A record that is as the list has it may have been made so by the list itself, in a request that was cut off. */
function recordedEarlier(before: Person | undefined, list: TakenList): Recorded {
  const earlier = ['added', 'changed'] as const;
  return earlier.find((recorded) => before?.written.request === `${list.id}.${recorded}`) ?? 'unchanged';
}

/** What is on record about a person once the list is. What is not there is left out, as it is of the record. */
function detailsAfter(before: ActivePerson | undefined, { details, kept }: ListedPerson): ListedPerson['details'] {
  const { managerReference, accessNeeds } = before ?? {};
  return {
    ...details,
    ...(kept.includes('managerReference') && managerReference !== undefined ? { managerReference } : {}),
    ...(kept.includes('accessNeeds') && accessNeeds !== undefined ? { accessNeeds } : {}),
  };
}

function nextOf(context: Context, before: Person | undefined, person: ListedPerson, request: string) {
  const organisation = actingOrganisation(context);
  const active = before?.status === 'active' ? before : undefined;
  return {
    id: personIdOf(organisation, person.details.reference),
    organisation,
    status: 'active' as const,
    ...detailsAfter(active, person),
    request: active?.request ?? request,
    version: (before?.version ?? 0) + 1,
    written: { by: actorId(context.actor), at: context.clock.now().toISOString(), request },
  };
}
