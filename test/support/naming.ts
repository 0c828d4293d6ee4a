import type { Cohort } from '../../shared/cohorts/cohort.ts';
import { namePlace } from '../../shared/places/name-place.ts';
import { unnamePlace } from '../../shared/places/unname-place.ts';
import type { MovableClock } from './context.ts';
import { givenParties, givenReleased, parties } from './people.ts';
import { openPlaces } from './places.ts';

const day = 86_400_000;
const { trust, council } = parties;

/** A fresh table with the parties, and what their leads do about names on places. */
export async function openNaming(clock: MovableClock) {
  const at = await openPlaces(clock);
  await givenParties(at.table, clock);
  let references = 0;
  return {
    ...at,
    /** An open cohort that begins so many days from now, with one place that is the trust's and one that waits. */
    givenPlace: async (facts: Partial<Cohort> = {}, days = 200) => {
      const firstDay = new Date(clock.now().getTime() + days * day).toISOString().slice(0, 10);
      const sessions = [{ id: '1-1', day: firstDay, from: '09:00', to: '16:30' }];
      const cohort = await at.given({ capacity: 1, waitlist: 5, sessions, firstDay, lastDay: firstDay, ...facts });
      await at.claim(cohort, trust);
      await at.claim(cohort, council);
      await at.told(cohort);
      return cohort;
    },
    /** A person, each another one, who is released for the cohort. */
    released: async ({ id }: Cohort, organisation = trust) => {
      references += 1;
      const reference = `R${String(references)}`;
      return await givenReleased(at.table, clock, organisation, { cohort: id, reference });
    },
    name: async ({ id }: Cohort, person: string, ticket = 1, organisation = trust) =>
      await namePlace.perform(at.as(organisation), { cohort: id, ticket, person }),
    unname: async ({ id }: Cohort, ticket = 1) => await unnamePlace.perform(at.as(trust), { cohort: id, ticket }),
  };
}
export type NamingTable = Awaited<ReturnType<typeof openNaming>>;
