import type { Clock } from '../clock.ts';
import { digest } from '../ids.ts';
import { manyAtOnce, patiently } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { peopleSource, readPerson, writePerson } from './people-items.ts';
import { personIdOf, type ActivePerson, type Person } from './person.ts';

/** Between which organisations people are passed on, and when. */
export interface Passing {
  readonly table: Table;
  readonly clock: Clock;
  readonly from: string;
  readonly to: string;
}

/** The longest reference (shared/people/person.ts). */
const longestReference = 40;
const pageSize = 100;
const atOnce = 25;
/** How often a record is written anew that somebody else has changed meanwhile. */
const attempts = 4;

/**
 * Puts everybody whom an organisation has on record on that of its successor: under their own reference or, where the
 * successor has somebody else under that, with the short id of their old organisation behind it. Who was passed on before
 * is left as the successor has them, be it changed or removed.
 *
 * Does a hundred of them, behind a position; answers from where to go on, undefined when nobody is left.
 */
export async function passOnPeople(passing: Passing, after: string | undefined): Promise<string | undefined> {
  const { people, next } = await activePeople(passing, after);
  await manyAtOnce(people, atOnce, async (person) => await passOnPerson(passing, person));
  return next;
}

/**
 * Erases what the succeeded organisation has on record of its people: all of them are on the successor's, to which each
 * record points from then on. A hundred at once, as they are passed on.
 */
export async function erasePassedPeople(passing: Passing, after: string | undefined): Promise<string | undefined> {
  const { table } = passing;
  const { people, next } = await activePeople(passing, after);
  await manyAtOnce(people, atOnce, async (person) => {
    const passedTo = await passOnPerson(passing, person);
    const { id, organisation, request, version } = person;
    const written = writtenBy(passing, markOf(passing, id));
    const erased = { id, organisation, status: 'removed' as const, passedTo, request, version: version + 1, written };
    if (await patiently(async () => await writePerson(table, erased))) return;
    // It may have been this very write, sent twice.
    const now = await readPerson(table, organisation, id);
    if (now?.status === 'active') throw new Error('Another change came first');
  });
  return next;
}

/**
 * The id under which the successor has a person of the organisation that it succeeds; they are passed on if they have not
 * been. Of who was removed before it, and is nobody's any more, it is the id as it was.
 */
export async function passedPersonId(passing: Passing, person: string): Promise<string> {
  const there = await readPerson(passing.table, passing.from, person);
  if (there === undefined) return person;
  return there.status === 'active' ? await passOnPerson(passing, there) : (there.passedTo ?? person);
}

async function passOnPerson(passing: Passing, person: ActivePerson): Promise<string> {
  const { table, to } = passing;
  const mark = markOf(passing, person.id);
  const managerReference = await passedManager(passing, person.managerReference);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { reference, there } = await placeFor(passing, person);
    const id = personIdOf(to, reference);
    if (there?.request === mark) return id;
    const { pk: _pk, sk: _sk, ...details } = person;
    const written = writtenBy(passing, mark);
    const facts = { id, organisation: to, reference, managerReference, request: mark, written };
    const next = { ...details, ...facts, version: (there?.version ?? 0) + 1 };
    if (await patiently(async () => await writePerson(table, next))) return id;
  }
  throw new Error('Another change came first');
}

/** Under which reference the successor has a person, or will have them, and whose record stands there now. */
async function placeFor(
  passing: Passing,
  { id, reference }: Pick<ActivePerson, 'id' | 'reference'>,
): Promise<{ readonly reference: string; readonly there: Person | undefined }> {
  const { table, from, to } = passing;
  const mark = markOf(passing, id);
  const at = async (its: string) => await patiently(async () => await readPerson(table, to, personIdOf(to, its)));
  const there = await at(reference);
  if (there?.request === mark) return { reference, there };
  const other = referenceFrom(reference, from);
  const elsewhere = await at(other);
  // Who was passed on to the other reference stays there, also when the first has become free.
  // Nor does anybody get the id, and with it the places, of somebody whom the successor has removed.
  const isOther = elsewhere?.request === mark || there !== undefined;
  return isOther ? { reference: other, there: elsewhere } : { reference, there };
}

/**
 * The reference of a line manager at the successor. One who was not on record gets one that is nobody's there, so that
 * no stranger with the same reference becomes the manager.
 */
async function passedManager(passing: Passing, reference: string | undefined): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  const { table, from } = passing;
  const id = personIdOf(from, reference);
  const manager = await patiently(async () => await readPerson(table, from, id));
  return manager === undefined
    ? referenceFrom(reference, from)
    : (await placeFor(passing, { id, reference })).reference;
}

/** A reference that says which organisation it is from; a long one is cut, and told from others by a digest. */
export function referenceFrom(reference: string, organisation: string): string {
  const origin = `/${organisation.slice('org_'.length).toUpperCase()}`;
  const whole = `${reference}${origin}`;
  if (whole.length <= longestReference) return whole;
  const mark = `-${digest('reference', reference).slice(0, 8).toUpperCase()}${origin}`;
  return `${reference.slice(0, longestReference - mark.length)}${mark}`;
}

/** By what a record is known as that of a person who was passed on. */
function markOf({ from }: Passing, person: string): string {
  return digest('pass-on', from, person).slice(0, 16);
}

function writtenBy({ clock }: Passing, request: string): Person['written'] {
  return { by: 'cohortium', at: clock.now().toISOString(), request };
}

/** A page of those whom the succeeded organisation has on record, and the position of the next, if there may be one. */
async function activePeople({ table, from }: Passing, after: string | undefined) {
  const source = peopleSource(table, from);
  const page = await patiently(async () => await source(after, pageSize));
  const people = page.flatMap((person) => (person.status === 'active' ? [person] : []));
  return { people, next: page.length < pageSize ? undefined : page.at(-1)?.sk };
}
