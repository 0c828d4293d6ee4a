import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { cohortSchema, type Cohort } from '../../../shared/cohorts/cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { exportCohort } from '../../../shared/places/export-cohort.ts';
import { exportOrganisationPlaces } from '../../../shared/places/export-organisation-places.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { keys } from '../../../shared/table/keys.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { givenNamedOrganisation, givenReleased } from '../../support/people.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const formula = '=HYPERLINK("https://example.org")';
let at: PlacesTable;
let host: string;
let trust: string;
let council: string;

beforeAll(async () => {
  at = await openPlaces(clock);
  host = await givenNamedOrganisation(at.table, clock, 'host');
  trust = await givenNamedOrganisation(at.table, clock, 'Trust, the First');
  council = await givenNamedOrganisation(at.table, clock, formula, 'local-authority');
});
afterAll(async () => {
  await at.close();
});

/** What a spreadsheet shows of a file. */
const rowsIn = (content: string) =>
  z.array(z.record(z.string(), z.string())).parse(parse(content, { bom: true, columns: true }));
const given = async (facts: Partial<Cohort> = {}) => await at.given(facts);
const exported = async (cohort: { readonly id: string }, by = host) =>
  await exportCohort.perform(at.as(by), { cohort: cohort.id });
const placesOf = async (organisation: string, days: object = {}) =>
  rowsIn((await exportOrganisationPlaces.perform(at.as(organisation), days)).content);

describe('export-cohort', () => {
  test('has a line for each place, in their order, with who has it; no name becomes a formula', async () => {
    const cohort = await given({ capacity: 2, waitlist: 5 });
    await at.claim(cohort, trust, { quantity: 1 });
    await at.claim(cohort, council, { quantity: 2 });
    await at.claim(cohort, trust, { quantity: 1, confirmUntil: '2027-06-12' });
    const { name, content } = await exported(cohort);
    expect(name).toBe(`places-${cohort.id}.csv`);
    expect(content.slice(0, 8)).toBe('\ufeffticket,');
    const ofTrust = { organisation: trust, organisationName: 'Trust, the First' };
    const ofCouncil = { organisation: council, organisationName: `'${formula}` };
    const waiting = { state: 'waiting', confirmUntil: '' };
    expect(rowsIn(content)).toMatchObject([
      { ticket: '1', state: 'confirmed', ...ofTrust, position: '' },
      { ticket: '2', state: 'confirmed', ...ofCouncil, position: '' },
      { ticket: '3', ...waiting, ...ofCouncil, position: '1' },
      { ticket: '4', ...waiting, ...ofTrust, position: '2', confirmUntil: '2027-06-12T23:00:00.000Z' },
    ]);
  });

  test('says which are held, and who is named, to who may know them', async () => {
    const held = [{ organisation: council, places: 1, until: '2027-06-12' }];
    const cohort = await given({ held, capacity: 2 });
    await at.claim(cohort, trust);
    const person = await givenReleased(at.table, clock, trust, { cohort: cohort.id, reference: 'E1' });
    await namePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 2, person });
    const places = [
      { ticket: '1', state: 'confirmed', held: 'yes', heldUntil: '2027-06-12T23:00:00.000Z', named: '', name: '' },
      { ticket: '2', state: 'confirmed', held: '', heldUntil: '', named: 'yes' },
    ];
    const shown = { name: 'Example Person', email: 'e1@example.org', band: '8a', role: 'Matron, acute medicine' };
    expect(rowsIn((await exported(cohort)).content)).toMatchObject([places[0], { ...places[1], ...shown }]);
    const key = { kind: 'client', key: 'key_0123456789ab', organisation: host, scopes: ['places:read'] } as const;
    const forSystem = await exportCohort.perform({ ...at.as(host), actor: key }, { cohort: cohort.id });
    expect(rowsIn(forSystem.content)).toMatchObject([places[0], { ...places[1], name: '', email: '', role: '' }]);
  });

  test('of a draft has the names of its columns alone', async () => {
    const programme = await givenProgramme(at.table, clock, host);
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    const { content } = await exported(draft);
    expect(content).toMatch(/^\ufeffticket,[a-zA-Z,]+\r\n$/);
  });

  test('is for the host alone: to others, who see the cohort, there is no such thing', async () => {
    const cohort = await given();
    await at.claim(cohort, trust);
    await expect(exported(cohort, trust)).rejects.toMatchObject({ code: 'cohort.not-found' });
    await expect(exported({ id: 'coh_000000000000' })).rejects.toMatchObject({ code: 'cohort.not-found' });
  });
});

describe('export-organisation-places', () => {
  test('has a line for each place that the organisation has, wherever it is; of nobody else’s', async () => {
    const spring = await given({ capacity: 2, waitlist: 5, name: 'Spring' });
    const autumn = await given({ name: 'Autumn' });
    await at.claim(spring, council);
    await at.claim(spring, trust, { quantity: 2 });
    await at.claim(autumn, council);
    await at.giveBack(autumn, council, [1]);
    await at.told(spring);
    const rows = (await placesOf(trust)).filter(({ cohort }) => cohort === spring.id);
    const { programme, title, firstDay, lastDay } = spring;
    const line = { cohort: spring.id, programme, title, name: 'Spring', host, firstDay, lastDay, status: 'open' };
    expect(rows).toMatchObject([
      { ...line, ticket: '2', state: 'confirmed' },
      { ...line, ticket: '3', state: 'waiting' },
    ]);
    expect(rows[0]?.['hostName']).not.toBe('');
    expect((await placesOf(council)).map(({ cohort }) => cohort)).not.toContain(autumn.id);
    expect(await placesOf(host)).toEqual([]);
  });

  test('has those of some days alone, where it is asked for them', async () => {
    const guest = organisationNamed('guest');
    const cohort = await given();
    await at.claim(cohort, guest);
    await at.told(cohort);
    const { firstDay } = cohort;
    const found = async (days: object) => (await placesOf(guest, days)).length;
    expect([await found({}), await found({ from: firstDay, to: firstDay })]).toEqual([1, 1]);
    expect([await found({ from: '2199-01-01' }), await found({ to: '2020-01-01' })]).toEqual([0, 0]);
  });

  test('has 5,000 places at most', async () => {
    const many = organisationNamed('many');
    const plan = await givenCohortItem();
    const place = async (number: number, places: number) => {
      const id = `coh_${String(number).padStart(12, '0')}`;
      const confirmed = Array.from({ length: places }, (_, index) => index + 1);
      await at.table.put({ ...plan, ...keys.cohort(id), id });
      await at.table.put({ ...keys.organisationPlaces(many, id), v: 1, status: 'open', confirmed, waiting: [] });
    };
    for (let number = 1; number <= 34; number += 1) await place(number, 150 - (number === 34 ? 100 : 0));
    expect(await placesOf(many)).toHaveLength(5000);
    await place(35, 1);
    await expect(placesOf(many)).rejects.toMatchObject({ code: 'request.too-large' });
    expect(await placesOf(many, { to: '2020-01-01' })).toEqual([]);
  });
});

/** A cohort as it stands in the table. */
async function givenCohortItem() {
  const { id } = await given();
  const item = await at.table.get(keys.cohort(id), cohortSchema);
  if (item === undefined) throw new Error('There is no such cohort');
  return item;
}
