import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import { listOrganisationPlaces } from '../../../shared/places/list-organisation-places.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const host = organisationNamed('host');
const council = organisationNamed('council');
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});
const list = async (organisation: string, input: Readonly<Record<string, unknown>> = {}) =>
  await listOrganisationPlaces.perform(at.as(organisation), input);

describe('the places of an organisation', () => {
  test('are told cohort by cohort, with what they are on and how they stand', async () => {
    const trust = organisationNamed('trust');
    const open = await at.given({ capacity: 2, waitlist: 5, name: 'Spring' });
    const restricted = await at.given({ sharedWith: [trust], name: 'Autumn' });
    await at.claim(open, council);
    await at.claim(open, trust, { quantity: 3 });
    await at.claim(restricted, trust);
    await at.told(open);
    const { items, next } = await list(trust);
    expect(next).toBeUndefined();
    expect(items).toHaveLength(2);
    const { programme, title, firstDay, lastDay } = open;
    expect(items).toContainEqual({
      cohort: open.id,
      programme,
      host,
      title,
      name: 'Spring',
      firstDay,
      lastDay,
      status: 'open',
      confirmed: [2],
      waiting: [3, 4],
    });
    expect(items).toContainEqual(expect.objectContaining({ cohort: restricted.id, name: 'Autumn', confirmed: [1] }));
    expect((await list(council)).items).toMatchObject([{ cohort: open.id, confirmed: [1], waiting: [] }]);
    expect((await list(host)).items).toEqual([]);
  });

  test('follow what is done: a promotion, the end of claims, a cancellation, and what is given back goes', async () => {
    const mover = organisationNamed('mover');
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    const stands = async () => {
      await at.told(cohort);
      return (await list(mover)).items.map(({ status, confirmed, waiting }) => [status, confirmed, waiting]);
    };
    await at.claim(cohort, council);
    await at.claim(cohort, mover, { quantity: 2 });
    expect(await stands()).toEqual([['open', [], [2, 3]]]);
    await at.giveBack(cohort, council, [1]);
    expect(await stands()).toEqual([['open', [2], [3]]]);
    await at.giveBack(cohort, mover, [3]);
    await closeCohort.perform(at.as(host), { cohort: cohort.id });
    expect(await stands()).toEqual([['closed', [2], []]]);
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    expect(await stands()).toEqual([['cancelled', [2], []]]);
    const other = await at.given();
    await at.claim(other, mover);
    await at.giveBack(other, mover, [1]);
    expect(await stands()).toEqual([['cancelled', [2], []]]);
  });

  test('are a view: what was done in the last seconds comes when the relay has told it', async () => {
    const early = organisationNamed('early');
    const cohort = await at.given();
    await at.claim(cohort, early);
    expect((await list(early)).items).toEqual([]);
    await at.told(cohort);
    expect((await list(early)).items).toMatchObject([{ cohort: cohort.id }]);
  });

  test('come page by page, each cohort once; a cursor of another list is refused', async () => {
    const many = organisationNamed('many');
    const cohorts = await Promise.all(Array.from({ length: 7 }, async () => await at.given()));
    for (const cohort of cohorts) await at.claim(cohort, many);
    const [first, ...rest] = cohorts;
    if (first !== undefined) await at.giveBack(first, many, [1]);
    for (const cohort of rest) await at.told(cohort);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await list(many, { limit: 2, after });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ cohort }) => cohort));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(rest.map(({ id }) => id).sort());
    for (const bad of ['UFJPR1JBTU1FI3ByZ18x', '%%%']) {
      await expect(list(many, { after: bad })).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });

  test('are nobody’s who acts for no organisation', async () => {
    const nobody = at.as(host);
    const person = { kind: 'person', subject: 'x', name: undefined, email: undefined, membership: undefined } as const;
    await expect(listOrganisationPlaces.perform({ ...nobody, actor: person }, {})).rejects.toMatchObject({
      code: 'actor.organisation-missing',
    });
  });
});
