import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readApplication, readApplications, readSelection } from '../../../shared/applications/applications-items.ts';
import { declineApplication } from '../../../shared/applications/decline-application.ts';
import { eraseApplications } from '../../../shared/applications/erase-applications.ts';
import { makeApplicantException } from '../../../shared/applications/make-applicant-exception.ts';
import { passOnApplications } from '../../../shared/applications/pass-on-applications.ts';
import { submitApplication } from '../../../shared/applications/submit-application.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { passedPersonId, passOnPeople } from '../../../shared/people/pass-on-people.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { readPlaceRecord } from '../../../shared/places/place-records-items.ts';
import type { Table } from '../../../shared/table/table.ts';
import { givenClosed, memberNamed, openApplications, type ApplicationsTable } from '../../support/applications.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenParties, givenPerson, parties } from '../../support/people.ts';
import { throughout } from '../../support/successions.ts';

const clock = movableClock();
const { host, trust, council } = parties;
const words = 'Said about them in words';
let at: ApplicationsTable;

beforeAll(async () => {
  at = await openApplications(clock);
  await givenParties(at.table, clock);
});
afterAll(async () => {
  await at.close();
});

const remove = async (person: string, organisation = trust, table = at.table, key = 'remove') => {
  const context = { ...at.as(organisation, {}, table), request: { expectedVersion: 1, idempotencyKey: key } };
  await removePerson.perform(context, { person });
};
const kept = async ({ id }: Cohort, application: string) => await readApplication(at.table, id, application);
const texts = /wants to take part|Said about them|taken all the same/;
const textsOf = async (cohort: Cohort, application: string) =>
  JSON.stringify([await kept(cohort, application), await readSelection(at.table, cohort.id)]).match(texts);

/** Somebody who has applied to so many cohorts, and was declined with words. */
async function applicantTo(count: number, reference: string) {
  const cohorts: Cohort[] = [];
  const applications: string[] = [];
  const person = await givenPerson(at.table, clock, trust, reference);
  const own = contextOf(at.table, clock, memberNamed(trust, reference));
  for (let number = 0; number < count; number += 1) {
    const cohort = await at.givenCohort();
    const statement = `Why ${reference} wants to take part`;
    const { id: application } = await submitApplication.perform(own, { cohort: cohort.id, statement });
    const decision = { cohort: cohort.id, application, reason: 'other', words };
    await declineApplication.perform(at.as(trust), decision);
    cohorts.push(cohort);
    applications.push(application);
  }
  return { person, cohorts, applications };
}

/** A table of which every write of an application behind so many is lost. */
function losing(table: Table, writes: number): Table {
  let left = writes;
  return {
    ...table,
    put: async (item, ...condition) => {
      if (item['sk'].startsWith('APPLICATION#')) {
        if (left === 0) throw new Error('Died here');
        left -= 1;
      }
      return await table.put(item, ...condition);
    },
  };
}

describe('when a person is removed from the record', () => {
  test('all that was written in their applications and about them is erased; where they stand and the codes stay', async () => {
    const { cohort, people, first, second } = await givenClosed(at, clock, [trust, council]);
    const exception = { cohort: cohort.id, application: first, reason: 'To be taken all the same' };
    await makeApplicantException.perform(at.as(host), exception);
    const notSelected = [first, second].map((application) => ({ application, reason: 'other', words }));
    await at.select(cohort, { selected: [], notSelected });
    expect(await kept(cohort, first)).toMatchObject({ words, statement: expect.any(String) });
    await at.relay.relayAll();
    await remove(people[0]?.person ?? '');
    expect(await textsOf(cohort, first)).toBeNull();
    expect(await kept(cohort, first)).toMatchObject({ status: 'not-selected', reason: 'other', erased: true });
    expect(await at.relay.relayAll()).toEqual([]);
    // Control: of somebody else nothing is erased.
    expect(await textsOf(cohort, second)).not.toBeNull();
  });

  test('the reason of an exception is erased on their place too; that there was one stays', async () => {
    const audience = { staffGroups: ['doctors' as const], organisationKinds: [], bands: [], requirements: [] };
    const { cohort, people, first, second } = await givenClosed(at, clock, [trust, council], { audience });
    for (const application of [first, second]) {
      const exception = { cohort: cohort.id, application, reason: 'To be taken all the same' };
      await makeApplicantException.perform(at.as(host), exception);
    }
    await at.select(cohort, { selected: [first, second] });
    const onPlaceOf = async (application: string) =>
      (await readPlaceRecord(at.table, cohort.id, (await kept(cohort, application))?.ticket ?? 0))?.exception;
    const made = await onPlaceOf(first);
    expect(made).toMatchObject({ reason: 'To be taken all the same', person: people[0]?.person });
    await remove(people[0]?.person ?? '');
    const { reason: _reason, ...left } = made ?? {};
    expect(await onPlaceOf(first)).toEqual(left);
    // Control: somebody else's stays.
    expect(await onPlaceOf(second)).toHaveProperty('reason');
  });

  test('cut off anywhere it goes on, by the same request or another; what is erased is not written again', async () => {
    const { person, cohorts, applications } = await applicantTo(3, 'CUT');
    await expect(remove(person, trust, losing(at.table, 1))).rejects.toThrow('Died here');
    const left = await Promise.all(
      cohorts.map(async (cohort, index) => await textsOf(cohort, applications[index] ?? '')),
    );
    expect(left.filter((found) => found !== null).length).toBeGreaterThan(0);
    await expect(remove(person, trust, at.table, 'another')).rejects.toMatchObject({ code: 'person.not-found' });
    await remove(person);
    for (const [index, cohort] of cohorts.entries()) {
      expect(await textsOf(cohort, applications[index] ?? '')).toBeNull();
      expect(await kept(cohort, applications[index] ?? '')).toMatchObject({ status: 'declined', version: 3 });
    }
  });

  test('a decision that is carried out after that writes no words about them', async () => {
    const { cohort, people, first } = await givenClosed(at, clock, [trust]);
    const notSelected = [{ application: first, reason: 'other', words }];
    const request = { idempotencyKey: 'carried-out-late' };
    const lost = losing(at.table, 0);
    await expect(at.select(cohort, { selected: [], notSelected }, request, lost)).rejects.toThrow('Died here');
    await remove(people[0]?.person ?? '');
    await at.select(cohort, { selected: [], notSelected }, request);
    expect(await textsOf(cohort, first)).toBeNull();
    expect(await kept(cohort, first)).toMatchObject({ status: 'not-selected', reason: 'other' });
  });

  test('who applies at that very moment leaves no text', async () => {
    const cohort = await at.givenCohort();
    const person = await givenPerson(at.table, clock, trust, 'MEANWHILE');
    const removedMeanwhile: Table = {
      ...at.table,
      transact: async (writes) => {
        await remove(person);
        return await at.table.transact(writes);
      },
    };
    const own = contextOf(removedMeanwhile, clock, memberNamed(trust, 'MEANWHILE'));
    const statement = 'Why MEANWHILE wants to take part';
    await expect(submitApplication.perform(own, { cohort: cohort.id, statement })).rejects.toMatchObject({
      code: 'person.not-found',
    });
    const applications = [...(await readApplications(at.table, cohort.id)).values()];
    expect(applications).toMatchObject([{ status: 'applied', erased: true }]);
    expect(JSON.stringify(applications)).not.toMatch(texts);
  });
});

test('applications that were passed on to a successor are found there, and erased', async () => {
  const cohort = await at.givenCohort();
  const { application, person } = await at.endorsed(cohort, trust);
  const removed = await at.endorsed(cohort, trust);
  const passing = { table: at.table, clock, from: trust, to: council };
  await passOnPeople(passing, undefined);
  const passed = await passedPersonId(passing, person);
  await remove(await passedPersonId(passing, removed.person), council);
  await throughout(async (after) => await passOnApplications(passing, after));
  expect(await textsOf(cohort, application)).not.toBeNull();
  // Removed by the successor between the two steps.
  expect(await textsOf(cohort, removed.application)).toBeNull();
  await eraseApplications(at.as(trust), person);
  expect(await textsOf(cohort, application)).not.toBeNull();
  await remove(passed, council);
  expect(await textsOf(cohort, application)).toBeNull();
});
