import type { Clock } from '../../shared/clock.ts';
import type { PersonActor } from '../../shared/context.ts';
import { approveSpending } from '../../shared/costs/approve-spending.ts';
import { setPurchaseOrder } from '../../shared/costs/set-purchase-order.ts';
import { readMembership } from '../../shared/members/members-items.ts';
import { namePlace } from '../../shared/places/name-place.ts';
import { acceptSuccession } from '../../shared/successions/accept-succession.ts';
import { proposeSuccession } from '../../shared/successions/propose-succession.ts';
import { contextOf, personOf } from './context.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation } from './given-organisations.ts';
import { givenPerson, givenReleased } from './people.ts';
import type { PlacesTable } from './places.ts';

/** The organisation that a person acts for. */
export function organisationFor(actor: PersonActor): string {
  return actor.membership?.organisation ?? '';
}

/** The same person as a request finds them at this moment. */
export async function asOfNow({ table }: Pick<PlacesTable, 'table'>, actor: PersonActor): Promise<PersonActor> {
  return { ...actor, membership: await readMembership(table, organisationFor(actor), actor.subject) };
}

/** Does all of a piece of work that is done bit by bit, each from where the one before it says that it goes on. */
export async function throughout(work: (after: string | undefined) => Promise<string | undefined>): Promise<void> {
  let after: string | undefined;
  do after = await work(after);
  while (after !== undefined);
}

/** The first day of the succession, and the instant at which it begins in London. */
export const succeededOn = '2027-04-01';
export const beginsAt = '2027-03-31T23:00:00.000Z';

/**
 * Two trusts that are about to merge, from 1 April 2027 on, with places on two cohorts of a host: on the first the old one
 * has two held, of which one is named, one confirmed and named, and one waiting until a day, and the new one has one held; the old
 * one has set how it orders there, and both have approved what it may cost. On the second claims are collected. One person of the old one has a reference that somebody else has at the new one.
 */
export async function givenMerger(at: PlacesTable, clock: Clock) {
  const { table } = at;
  const hostAdministrator = await givenFirstOrganisation(table, clock);
  const old = await givenOrganisation(table, clock, hostAdministrator, 'Old Trust');
  const next = await givenOrganisation(table, clock, hostAdministrator, 'New Trust');
  const other = organisationFor(await givenOrganisation(table, clock, hostAdministrator, 'Other Trust'));
  const [from, to, host] = [organisationFor(old), organisationFor(next), organisationFor(hostAdministrator)];
  const lead = await givenMember(table, clock, { administrator: old, subject: 'lead', roles: ['programme-lead'] });
  await givenMember(table, clock, { administrator: old, subject: 'both', roles: ['manager'] });
  await givenMember(table, clock, { administrator: next, subject: 'both', roles: ['finance'] });

  const held = [
    { organisation: from, places: 2, until: '2027-06-01' },
    { organisation: to, places: 1, until: '2027-05-01' },
  ];
  const cohort = await at.given({ host, capacity: 4, waitlist: 10, limit: 4, held, sharedWith: [from, to, other] });
  await at.claim(cohort, from, { quantity: 2, confirmUntil: '2027-07-01', reason: 'A new ward' });
  await at.claim(cohort, other);
  const manager = await givenPerson(table, clock, from, 'BOSS');
  const held1 = await givenReleased(table, clock, from, { cohort: cohort.id, reference: 'A1' });
  const clash = await givenReleased(table, clock, from, { cohort: cohort.id, reference: 'C7' });
  await givenPerson(table, clock, to, 'C7', { name: 'Somebody Else' });
  const naming = async (ticket: number, person: string) =>
    await namePlace.perform(at.as(from), { cohort: cohort.id, ticket, person });
  await naming(1, held1);
  await naming(4, clash);

  const allocation = { closesOn: '2027-05-15', method: 'in-turn' as const, priorities: [] };
  const allocated = await at.given({ host, capacity: 2, waitlist: 8, allocation, seed: 'published' });
  const said = { reason: 'Two of ours', people: [clash, held1], purchaseOrder: 'PO-1' };
  await at.claim(allocated, from, { quantity: 2, ...said });
  await at.claim(allocated, to);

  const buying = (organisation: string) =>
    contextOf(table, clock, personOf(organisation, ['finance']), { expectedVersion: 0, idempotencyKey: undefined });
  const ordered = { cohort: cohort.id, purchaseOrder: 'PO-20417', costCentre: 'C4711' };
  await setPurchaseOrder.perform(buying(from), ordered);
  await approveSpending.perform(buying(from), { cohort: cohort.id, amount: 300_000 });
  await approveSpending.perform(buying(to), { cohort: cohort.id, amount: 150_000 });

  const offer = { successor: to, on: succeededOn };
  const proposed = await proposeSuccession.perform(contextOf(table, clock, old), offer);
  const seen = { expectedVersion: proposed.version };
  await acceptSuccession.perform(contextOf(table, clock, next, seen), { organisation: from });
  await at.relay.relayAll();
  const people = { manager, held: held1, clash };
  return { from, to, host, other, old, next, lead, hostAdministrator, cohort, allocated, people };
}
