import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkApiKey } from '../../../shared/api-keys/check-api-key.ts';
import { createApiKey } from '../../../shared/api-keys/create-api-key.ts';
import { getCohort } from '../../../shared/cohorts/get-cohort.ts';
import { getApproval } from '../../../shared/costs/get-approval.ts';
import { getPurchaseOrder } from '../../../shared/costs/get-purchase-order.ts';
import { setPurchaseOrder } from '../../../shared/costs/set-purchase-order.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import type { Envelope } from '../../../shared/events/envelope.ts';
import { inviteMember } from '../../../shared/members/invite-member.ts';
import { listMembers } from '../../../shared/members/list-members.ts';
import { acceptInvitation } from '../../../shared/organisations/accept-invitation.ts';
import { getOrganisation } from '../../../shared/organisations/get-organisation.ts';
import { listOrganisations } from '../../../shared/organisations/list-organisations.ts';
import { addPerson } from '../../../shared/people/add-person.ts';
import { readPerson } from '../../../shared/people/people-items.ts';
import { personIdOf } from '../../../shared/people/person.ts';
import { readClaimReasons } from '../../../shared/places/allocations-items.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { giveBackPlace } from '../../../shared/places/give-back-place.ts';
import { claimOf, placesOf, shortId } from '../../../shared/places/ledger.ts';
import { listCohortPeople } from '../../../shared/places/list-cohort-people.ts';
import { listOrganisationPlaces } from '../../../shared/places/list-organisation-places.ts';
import { readPersonReleases } from '../../../shared/places/person-releases-items.ts';
import { readPlaceRecord, writePlaceRecord } from '../../../shared/places/place-records-items.ts';
import { createProgramme } from '../../../shared/programmes/create-programme.ts';
import { heldByHeirs } from '../../../shared/cohorts/held-by-heirs.ts';
import { readSuccession } from '../../../shared/successions/successions-items.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { signedIn } from '../../support/given-organisations.ts';
import { disagreementsIn, openPlaces, type PlacesTable } from '../../support/places.ts';
import { asOfNow, beginsAt, givenMerger, succeededOn } from '../../support/successions.ts';

const clock = movableClock();
const minute = 60_000;
const day = 86_400_000;
let at: PlacesTable;
let merger: Awaited<ReturnType<typeof givenMerger>>;
let token: string;
let invitation: string;

/** What is due is done, and what that caused is given, but for what happens to places and people elsewhere. */
async function sweep(): Promise<Envelope[]> {
  await at.relay.relayAll();
  const { failures } = await actOnDeadlines(
    { table: at.table, epoch: 1, clock },
    new Date(clock.now().getTime() + minute),
  );
  expect(failures).toEqual([]);
  return await at.relay.relayAll();
}
const typesOf = (events: readonly Envelope[]) => events.map(({ type }) => type);
const statusNow = async () => (await readSuccession(at.table, merger.from))?.status;
const seenBy = async (organisation: string) =>
  (await listOrganisationPlaces.perform(at.as(organisation), {})).items.map(({ cohort, confirmed, waiting }) => {
    return { cohort, confirmed, waiting };
  });

beforeAll(async () => {
  at = await openPlaces(clock);
  merger = await givenMerger(at, clock);
  const asOld = () => contextOf(at.table, clock, merger.old);
  token = (await createApiKey.perform(asOld(), { name: 'LMS', scopes: ['places:write'], days: 365 })).token ?? '';
  clock.moveTo('2027-03-25T12:00:00.000Z');
  const record = await readPlaceRecord(at.table, merger.cohort.id, 1);
  if (record === undefined) throw new Error('Nothing is noted of the place');
  const took = { attended: { person: merger.people.held, sessions: {} } };
  await writePlaceRecord(at.table, { ...record, ...took }, { ...record.change, type: 'noted' });
  invitation = (await inviteMember.perform(asOld(), { roles: ['staff'] })).code ?? '';
});
afterAll(async () => {
  await at.close();
});

describe('a succession', () => {
  test('begins with its day in London, not before, and makes members of both of them', async () => {
    clock.moveTo(new Date(Date.parse(beginsAt) - 1).toISOString());
    expect(await sweep()).toEqual([]);
    expect(await statusNow()).toBe('accepted');
    clock.moveTo(beginsAt);
    expect(typesOf(await sweep())).toEqual(['member.joined', 'member.joined']);
    expect(await statusNow()).toBe('passing');
    const { items } = await listMembers.perform(contextOf(at.table, clock, merger.next), {});
    const rolesOf = (subject: string) => items.find(({ name }) => name === `Name of ${subject}`)?.roles;
    expect(rolesOf(merger.old.subject)).toEqual(['staff']);
    expect(rolesOf('lead')).toEqual(['programme-lead']);
    expect(rolesOf('both')).toEqual(['finance']);
    expect(rolesOf(merger.next.subject)).toEqual(['administrator']);
  });

  test('from then on the organisation takes on nothing new, and keeps running what it hosts', async () => {
    const { table } = at;
    const [lead, administrator] = [await asOfNow(at, merger.lead), await asOfNow(at, merger.old)];
    const refused = { code: 'organisation.succeeded', details: { facts: { successor: merger.to } } };
    const claim = { cohort: merger.cohort.id };
    await expect(claimPlace.perform(contextOf(table, clock, lead), claim)).rejects.toMatchObject(refused);
    await expect(addPerson.perform(contextOf(table, clock, lead), addPerson.example)).rejects.toMatchObject(refused);
    const inviting = inviteMember.perform(contextOf(table, clock, administrator), { roles: ['staff'] });
    await expect(inviting).rejects.toMatchObject(refused);
    const system = await checkApiKey(table, clock, token);
    if (system === undefined) throw new Error('The key works no longer');
    await expect(claimPlace.perform(contextOf(table, clock, system), claim)).rejects.toMatchObject(refused);
    const programme = createProgramme.perform(contextOf(table, clock, lead), createProgramme.example);
    await expect(programme).resolves.toMatchObject({ status: 'draft' });
    // Who is not succeeded claims as before.
    await expect(claimPlace.perform(at.as(merger.other), claim)).resolves.toMatchObject({ places: [{ ticket: 7 }] });
    await giveBackPlace.perform(at.as(merger.other), { ...claim, tickets: [7] });
  });

  test('passes every place as it stands, five minutes later, and tells the two and the host', async () => {
    const { from, to, host, cohort, allocated } = merger;
    const { table } = at;
    await at.relay.relayAll();
    const before = await at.ledger(cohort);
    expect(await seenBy(from)).toHaveLength(2);
    clock.moveBy(5 * minute - 1);
    expect(await sweep()).toEqual([]);
    clock.moveBy(1);
    const told = await sweep();
    const facts = told.map(({ type, data, audience }) => [type, data['tickets'], audience]);
    expect(new Set(facts)).toEqual(
      new Set([
        ['place.passed-on', [1, 2, 4, 5], [from, to, host]],
        ['place.passed-on', [1, 2], [from, to, host]],
        ['organisation.succeeded', undefined, 'all'],
      ]),
    );
    expect(facts).toHaveLength(3);
    const after = await at.ledger(cohort);
    const moved = placesOf(before).map((place) =>
      place.organisation === from ? { ...place, organisation: to } : place,
    );
    expect(placesOf(after)).toEqual(moved);
    expect(disagreementsIn(after)).toEqual([]);
    expect(disagreementsIn(await at.ledger(allocated))).toEqual([]);
    expect(after).toMatchObject({ next: before.next, room: before.room, named: before.named });
    expect(Object.keys(after.entries).filter((key) => key.startsWith(shortId(from)))).toEqual([]);
    expect(await seenBy(from)).toEqual([]);
    // The next cohort holds for the successor what was held for both, as far as the programme is shared with it.
    const passed = [{ organisation: to, places: 3, until: '2027-05-01' }];
    expect(await heldByHeirs(table, cohort.held, cohort)).toEqual(passed);
    expect(await heldByHeirs(table, cohort.held, { host, sharedWith: [from] })).toEqual([]);
    expect(new Map((await seenBy(to)).map((place) => [place.cohort, place]))).toEqual(
      new Map([
        [cohort.id, { cohort: cohort.id, confirmed: [1, 2, 3, 4], waiting: [5] }],
        [allocated.id, { cohort: allocated.id, confirmed: [], waiting: [1, 2, 3] }],
      ]),
    );
  });

  test('passes people with who is named and released; strangers keep their reference', async () => {
    const { from, to, cohort, people } = merger;
    const reference = `C7/${shortId(from).toUpperCase()}`;
    const [held, clash] = [personIdOf(to, 'A1'), personIdOf(to, reference)];
    expect((await readPerson(at.table, to, personIdOf(to, 'C7')))?.status).toBe('active');
    expect(await readPerson(at.table, to, clash)).toMatchObject({ reference, name: addPerson.example['name'] });
    const old = { from: await readPerson(at.table, from, people.clash), to: clash };
    expect(old.from).toMatchObject({ status: 'removed', passedTo: clash });
    expect(old.from).not.toHaveProperty('name');
    expect((await readPersonReleases(at.table, to, [held, clash], cohort.id)).size).toBe(2);
    expect((await readPersonReleases(at.table, from, [people.held, people.clash], cohort.id)).size).toBe(0);
    const shown = async (organisation: string) =>
      (await listCohortPeople.perform(at.as(organisation), { cohort: cohort.id })).people;
    const named = { name: addPerson.example['name'], organisation: to, release: { by: 'lead' } };
    expect(await shown(to)).toMatchObject([
      { ticket: 1, person: held, ...named },
      { ticket: 4, person: clash, ...named },
    ]);
    expect(await shown(merger.host)).toMatchObject([
      { ticket: 1, ...named },
      { ticket: 4, ...named },
    ]);
    const record = await readPlaceRecord(at.table, cohort.id, 1);
    expect(record).toMatchObject({ organisation: to, person: held, attended: { person: held } });
    const claims = Object.keys((await at.ledger(merger.allocated)).entries).map(claimOf);
    const reasons = await readClaimReasons(at.table, merger.allocated.id, claims);
    const said = { reason: 'Two of ours', people: [clash, held], purchaseOrder: 'PO-1' };
    expect([...reasons]).toEqual([[expect.any(String), said]]);
  });

  test('passes how it orders and what it approved, for the successor to go on with', async () => {
    const { from, to, cohort } = merger;
    const of = (organisation: string) => contextOf(at.table, clock, personOf(organisation, ['finance']));
    const asked = { cohort: cohort.id };
    const order = { purchaseOrder: 'PO-20417', costCentre: 'C4711', version: 1 };
    expect(await getPurchaseOrder.perform(of(to), asked)).toMatchObject(order);
    expect(await getApproval.perform(of(to), asked)).toMatchObject({ amount: 450_000, by: 'cohortium', version: 2 });
    expect(await getPurchaseOrder.perform(of(from), asked)).not.toHaveProperty('purchaseOrder');
    expect(await getApproval.perform(of(from), asked)).toMatchObject({ amount: 0 });
    const changing = contextOf(at.table, clock, await asOfNow(at, merger.lead), { expectedVersion: 2 });
    const setting = setPurchaseOrder.perform(changing, { ...asked, purchaseOrder: 'PO-1' });
    await expect(setting).rejects.toMatchObject({ code: 'organisation.succeeded' });
  });

  test('leaves both organisations to be read', async () => {
    const { from, to } = merger;
    const succeeded = { status: 'succeeded', succeededBy: to, succeededOn };
    expect(await getOrganisation.perform(at.as(to), { organisation: from })).toMatchObject(succeeded);
    expect((await getOrganisation.perform(at.as(from), { organisation: to })).status).toBe('joined');
    const { items } = await listOrganisations.perform(at.as(to), {});
    expect(items.find(({ id }) => id === from)).toMatchObject({ name: 'Old Trust', succeededBy: to });
    expect(items.find(({ id }) => id === to)).not.toHaveProperty('succeededBy');
  });

  test('an invitation to it no longer counts', async () => {
    const joining = acceptInvitation.perform(contextOf(at.table, clock, signedIn('late')), { code: invitation });
    await expect(joining).rejects.toMatchObject({ code: 'invitation.not-found' });
  });

  test('the successor does with the places as with its own, and sees no more than before', async () => {
    const { to, cohort } = merger;
    const later = await at.given({ sharedWith: [merger.from], host: merger.host });
    await expect(getCohort.perform(at.as(to), { cohort: later.id })).rejects.toMatchObject({
      code: 'cohort.not-found',
    });
    await at.giveBack(cohort, to, [2]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 3, 4, 5], waiting: [6] });
  });

  test('what slipped in is passed on a day later, and the successor then sees what was shared with the other alone', async () => {
    const { from, to, host } = merger;
    const cohort = await at.given({ sharedWith: [from], host });
    // As of a request that was admitted before the succession began.
    await at.claim(cohort, from, { quantity: 2 });
    await at.relay.relayAll();
    clock.moveBy(day);
    const told = (await sweep()).filter(({ type }) => type === 'place.passed-on');
    expect(told.map(({ data }) => data)).toEqual([{ cohort: cohort.id, from, to, tickets: [1, 2] }]);
    expect(await getCohort.perform(at.as(to), { cohort: cohort.id })).toMatchObject({ id: cohort.id });
    await expect(getCohort.perform(at.as(merger.other), { cohort: cohort.id })).rejects.toMatchObject({
      code: 'cohort.not-found',
    });
  });
});
