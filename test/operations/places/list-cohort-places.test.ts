import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { listCohortPlaces } from '../../../shared/places/list-cohort-places.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const host = organisationNamed('host');
const trust = organisationNamed('trust');
const council = organisationNamed('council');
const refused = (code: string) => expect.objectContaining({ code });
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});
const seenBy = async (organisation: string, cohort: { readonly id: string }) =>
  await listCohortPlaces.perform(at.as(organisation), { cohort: cohort.id });

describe('the places of a cohort', () => {
  test('to the host are all there are, who has which; to another its own; the counts to both', async () => {
    const cohort = await at.given({ capacity: 2, waitlist: 5 });
    await at.claim(cohort, trust, { quantity: 1 });
    await at.claim(cohort, council, { quantity: 2 });
    await at.claim(cohort, trust, { quantity: 1, confirmUntil: '2027-06-12' });
    const counts = { cohort: cohort.id, status: 'open', capacity: 2, confirmed: 2, held: 0, free: 0, waiting: 2 };
    const place = { cohort: cohort.id };
    const ofTrust = [
      { ...place, ticket: 1, organisation: trust, state: 'confirmed' },
      {
        ...place,
        ticket: 4,
        organisation: trust,
        state: 'waiting',
        position: 2,
        confirmUntil: '2027-06-12T23:00:00.000Z',
      },
    ];
    const ofCouncil = [
      { ...place, ticket: 2, organisation: council, state: 'confirmed' },
      { ...place, ticket: 3, organisation: council, state: 'waiting', position: 1 },
    ];
    expect(await seenBy(host, cohort)).toEqual({
      ...counts,
      places: [ofTrust[0], ofCouncil[0], ofCouncil[1], ofTrust[1]],
    });
    expect(await seenBy(trust, cohort)).toEqual({ ...counts, places: ofTrust });
    expect(await seenBy(council, cohort)).toEqual({ ...counts, places: ofCouncil });
    expect(await seenBy(organisationNamed('onlooker'), cohort)).toEqual({ ...counts, places: [] });
  });

  test('are what they are at this moment: a change is seen at once, without the relay', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, trust, { quantity: 2 });
    await at.giveBack(cohort, trust, [1]);
    expect(await seenBy(trust, cohort)).toMatchObject({ confirmed: 1, places: [{ ticket: 2, state: 'confirmed' }] });
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    expect(await seenBy(trust, cohort)).toMatchObject({ status: 'cancelled' });
  });

  test('are 180 at most, on one page', async () => {
    const cohort = await at.given({ capacity: 150, waitlist: 30 });
    for (const quantity of [50, 50, 50, 30]) await at.claim(cohort, trust, { quantity });
    expect((await seenBy(host, cohort)).places).toHaveLength(180);
  });

  test('of a draft are none yet; nobody but its host finds it', async () => {
    const programme = await givenProgramme(at.table, clock, host);
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    const counts = { status: 'draft', capacity: 20, confirmed: 0, held: 0, free: 20, waiting: 0 };
    expect(await seenBy(host, draft)).toEqual({ cohort: draft.id, ...counts, places: [] });
    await expect(seenBy(trust, draft)).rejects.toEqual(refused('cohort.not-found'));
  });

  test('are not to be found by an organisation that the programme is not shared with', async () => {
    const cohort = await at.given({ sharedWith: [trust] });
    expect(await seenBy(trust, cohort)).toMatchObject({ status: 'open' });
    await expect(seenBy(council, cohort)).rejects.toEqual(refused('cohort.not-found'));
    await expect(seenBy(trust, { id: 'coh_000000000000' })).rejects.toEqual(refused('cohort.not-found'));
  });

  test('may be seen by every member, whatever their role', async () => {
    const cohort = await at.given();
    const staff = contextOf(at.table, clock, personOf(trust, ['staff']));
    expect(await listCohortPlaces.perform(staff, { cohort: cohort.id })).toMatchObject({ free: 10 });
  });
});
