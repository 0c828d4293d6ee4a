import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readApplication } from '../../../shared/applications/applications-items.ts';
import { makeApplicantException } from '../../../shared/applications/make-applicant-exception.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { updatePerson } from '../../../shared/people/update-person.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { removePersonRelease } from '../../../shared/places/person-releases-items.ts';
import { releasePerson } from '../../../shared/places/release-person.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import type { Table } from '../../../shared/table/table.ts';
import { givenClosed, openApplications, type ApplicationsTable } from '../../support/applications.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, parties } from '../../support/people.ts';

const clock = movableClock();
const { host, trust, council } = parties;
const audience = { staffGroups: ['nurses-and-midwives' as const], organisationKinds: [], bands: [], requirements: [] };
/** The first place is held for the trust, two are to be given. */
const plan = { audience, capacity: 3, held: [{ organisation: trust, places: 1, until: '2099-01-01' }] };
let at: ApplicationsTable;

beforeAll(async () => {
  at = await openApplications(clock);
  await givenParties(at.table, clock);
});
afterAll(async () => {
  await at.close();
});

interface Selected {
  readonly cohort: Cohort;
  readonly person: string;
  readonly application: string;
}
const update = async ({ person }: Selected, expectedVersion: number, staffGroup: string) => {
  const context = contextOf(at.table, clock, personOf(trust), { expectedVersion });
  await updatePerson.perform(context, { person, staffGroup });
};
const held = ({ cohort }: Selected) => ({ cohort: cohort.id, ticket: 1 });

/** What may come between, by the refusal that it leads to, and how it is mended. */
const hindrances: readonly {
  readonly code: string;
  readonly comes: (selected: Selected) => Promise<unknown>;
  readonly isMended: (selected: Selected) => Promise<unknown>;
}[] = [
  {
    code: 'person.not-eligible',
    comes: async (selected) => await update(selected, 1, 'doctors'),
    isMended: async (selected) => await update(selected, 2, 'nurses-and-midwives'),
  },
  {
    code: 'person.not-eligible',
    comes: async (selected) => await update(selected, 1, 'doctors'),
    isMended: async ({ cohort, application }) => {
      const exception = { cohort: cohort.id, application, reason: 'Was selected as a nurse' };
      await makeApplicantException.perform(at.as(host), exception);
    },
  },
  {
    code: 'person.not-released',
    comes: async ({ cohort, person }) => await removePersonRelease(at.table, trust, { cohort: cohort.id, person }),
    isMended: async ({ cohort, person }) =>
      await releasePerson.perform(at.as(trust), { cohort: cohort.id, person, backfill: 'arranged' }),
  },
  {
    code: 'person.already-named',
    comes: async (selected) => await namePlace.perform(at.as(trust), { ...held(selected), person: selected.person }),
    isMended: async (selected) => await unnamePlace.perform(at.as(trust), held(selected)),
  },
];

/** A selection of the first of three, between whose check and whose place something comes. */
async function selectedMeanwhile(comes: (selected: Selected) => Promise<unknown>) {
  const { cohort, people, first, second, third } = await givenClosed(at, clock, [trust, council, council], plan);
  const selected: Selected = { cohort, person: people[0]?.person ?? '', application: first };
  const table: Table = {
    ...at.table,
    put: async (item, ...condition) => {
      const written = await at.table.put(item, ...condition);
      if (item['id'] === first && item['status'] === 'selected' && item['ticket'] === undefined) await comes(selected);
      return written;
    },
  };
  const lists = { selected: [first], alternates: [second, third] };
  const request = { idempotencyKey: `meanwhile-${cohort.id}` };
  const answer = await at.select(cohort, lists, request, table);
  const again = async () => await at.select(cohort, lists, request);
  return { ...selected, second, third, answer, again };
}

const ticketOf = async ({ cohort, application }: Selected) => {
  const { status, ticket } = (await readApplication(at.table, cohort.id, application)) ?? {};
  return { status, ticket };
};

describe.each(hindrances)('who is selected and cannot be named yet: $code', ({ code, comes, isMended }) => {
  test('stays selected, with nothing claimed, and gets the place when it is mended', async () => {
    const { answer, again, ...selected } = await selectedMeanwhile(comes);
    const unplaced = [{ application: selected.application, code }];
    expect(answer).toMatchObject({ selected: [], unplaced, notSelected: [] });
    expect(await again()).toMatchObject({ unplaced });
    expect((await at.standing(selected.cohort)).confirmed).toEqual([1]);
    await isMended(selected);
    expect(await again()).toMatchObject({ selected: [{ application: selected.application, ticket: 2 }], unplaced: [] });
    expect(await at.namedOn(selected.cohort)).toContainEqual([2, selected.person]);
  });
});

describe('while somebody is selected and cannot be named yet', () => {
  const comes = async (selected: Selected) => await update(selected, 1, 'doctors');
  const isMended = async (selected: Selected) => await update(selected, 2, 'nurses-and-midwives');
  const day = 86_400_000;

  /** Somebody who applied in time and is endorsed after the selection. */
  async function endorsedLate(cohort: Cohort): Promise<string> {
    clock.moveBy(-2 * day);
    const { application } = await at.endorsed(cohort, council);
    clock.moveBy(2 * day);
    return application;
  }

  test('no place is kept empty for them: alternates are taken, and they get the next that comes free', async () => {
    const { second, third, ...selected } = await selectedMeanwhile(comes);
    expect((await at.takeAlternate(selected.cohort)).application).toBe(second);
    expect((await at.takeAlternate(selected.cohort)).application).toBe(third);
    await isMended(selected);
    await at.setCapacity(selected.cohort, 4);
    await expect(at.takeAlternate(selected.cohort)).rejects.toMatchObject({ code: 'application.no-alternate' });
    expect(await ticketOf(selected)).toEqual({ status: 'selected', ticket: 4 });
  });

  test('others are selected for that place; once it is mended they come first, whoever selects next', async () => {
    const selected = await selectedMeanwhile(comes);
    const { cohort, application } = selected;
    await at.setCapacity(cohort, 2);
    const late = await endorsedLate(cohort);
    expect(await at.select(cohort, { selected: [late] })).toMatchObject({
      selected: [{ application: late, ticket: 2 }],
      unplaced: [{ application, code: 'person.not-eligible' }],
    });
    await isMended(selected);
    await at.setCapacity(cohort, 3);
    // Control: who can be named has the place before others.
    const later = await endorsedLate(cohort);
    await expect(at.select(cohort, { selected: [later] })).rejects.toMatchObject({ code: 'place.not-enough' });
    const notSelected = [{ application: later, reason: 'others-stronger' }];
    expect(await at.select(cohort, { selected: [], notSelected })).toMatchObject({ unplaced: [] });
    expect(await ticketOf(selected)).toEqual({ status: 'selected', ticket: 3 });
  });
});
