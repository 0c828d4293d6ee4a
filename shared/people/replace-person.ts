import { requestDigest } from '../change.ts';
import { actorId, type Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { expectedVersionOf } from '../operation.ts';
import { activePerson } from './find-people.ts';
import { readPerson, writePerson } from './people-items.ts';
import type { ActivePerson, Person } from './person.ts';

/**
 * Writes what a person is from now on, if they still are of the version that the caller has seen. `alter` says what they
 * are; who wrote it and which version it is are added here. A repeated request finds what the first one made of them.
 *
 * Refusals: `request.stale`; `person.not-found` for one who was removed.
 */
export async function replacePerson(
  context: Context,
  person: Person,
  request: { readonly operation: string; readonly input: Readonly<Record<string, unknown>> },
  alter: (person: ActivePerson) => Person,
): Promise<Person> {
  const seen = expectedVersionOf(context);
  const { id, organisation } = person;
  const digest = requestDigest(context, request.operation, { ...request.input, person: id });
  if (isOwnWrite(person, seen, digest)) return person;
  const before = activePerson(person);
  if (before.version !== seen) throw refusal('request.stale');
  const next = { ...alter(before), version: seen + 1, written: writtenNow(context, digest) };
  if (await writePerson(context.table, next)) return next;
  const now = await readPerson(context.table, organisation, id);
  if (now !== undefined && isOwnWrite(now, seen, digest)) return now;
  throw refusal('request.stale');
}

/** Who writes a person now, when, and the digest of the request. */
export function writtenNow(context: Context, request: string): Person['written'] {
  return { by: actorId(context.actor), at: context.clock.now().toISOString(), request };
}

/** Whether this very request made the person what they are: it was sent again, or its acknowledgement was lost. */
function isOwnWrite(person: Person, seen: number, request: string): boolean {
  return person.version === seen + 1 && person.written.request === request;
}
