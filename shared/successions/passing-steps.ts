import { passOnApplications } from '../applications/pass-on-applications.ts';
import { passOnApprovals, passOnOrders } from '../costs/pass-on-buying.ts';
import { markSucceededKeys } from '../api-keys/mark-succeeded-keys.ts';
import { passOnMembers } from '../members/pass-on-members.ts';
import { succeedOrganisation } from '../organisations/succeed-organisation.ts';
import { erasePassedPeople, passOnPeople, type Passing } from '../people/pass-on-people.ts';
import { erasePassedReleases, passOnPlaces, passOnReleases } from '../places/pass-on-places.ts';

/**
 * What passes, in this order. Members and keys a second time, for those that were made while the first were marked; what
 * is erased comes last, so that until then everything can be passed on anew.
 */
export const passingParts = [
  'members',
  'api-keys',
  'late-members',
  'late-api-keys',
  'people',
  'releases',
  'applications',
  'approvals',
  'orders',
  'places',
  'organisation',
  'erase-releases',
  'erase-people',
  'end',
] as const;
type PassingPart = (typeof passingParts)[number];

/** Where a succession goes on: with which part, behind which position in it. */
export interface PassingStep {
  readonly part: PassingPart;
  readonly after?: string | undefined;
}

/**
 * Does a bounded piece of the work, some hundreds of writes, and answers where to go on. Done again, nothing happens twice;
 * cut off, it is done again. Throws when others came first again and again.
 */
export async function passOnStep(passing: Passing, { part, after }: PassingStep, on: string): Promise<PassingStep> {
  const position = await workOf(passing, part, after, on);
  if (position !== undefined) return { part, after: position };
  return { part: passingParts[passingParts.indexOf(part) + 1] ?? 'end' };
}

async function workOf(
  passing: Passing,
  part: PassingPart,
  after: string | undefined,
  on: string,
): Promise<string | undefined> {
  switch (part) {
    case 'members':
    case 'late-members':
      return await passOnMembers(passing, after);
    case 'api-keys':
    case 'late-api-keys':
      return await markSucceededKeys(passing, after);
    case 'people':
      return await passOnPeople(passing, after);
    case 'releases':
      return await passOnReleases(passing, after);
    case 'applications':
      return await passOnApplications(passing, after);
    case 'approvals':
      return await passOnApprovals(passing, after);
    case 'orders':
      return await passOnOrders(passing, after);
    case 'places':
      return await passOnPlaces(passing, after);
    case 'organisation':
      await succeedOrganisation(passing.table, passing.clock, passing.from, { by: passing.to, on });
      return undefined;
    case 'erase-releases':
      return await erasePassedReleases(passing, after);
    case 'erase-people':
      return await erasePassedPeople(passing, after);
    case 'end':
      return undefined;
  }
}
