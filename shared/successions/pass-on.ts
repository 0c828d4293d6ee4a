import { passOnApplications } from '../applications/pass-on-applications.ts';
import { markSucceededKeys } from '../api-keys/mark-succeeded-keys.ts';
import { changeByItself } from '../change.ts';
import { beginningOf, type Clock } from '../clock.ts';
import { passOnMembers } from '../members/pass-on-members.ts';
import { succeedOrganisation } from '../organisations/succeed-organisation.ts';
import { erasePassedPeople, passOnPeople, type Passing } from '../people/pass-on-people.ts';
import { erasePassedReleases, passOnPlaces, passOnReleases } from '../places/pass-on-places.ts';
import type { Table } from '../table/table.ts';
import { findHeir } from './find-succession.ts';
import { passingAt, type Succession } from './succession.ts';
import { readSuccession, writeSuccession } from './successions-items.ts';

/**
 * Does what is due of a succession. At the beginning of its day it begins: whoever acts for the organisation is known from
 * then on to act for one that was succeeded, and its members are members of the successor as well. Five minutes later
 * people, releases, applications and places pass, the organisation's status says so, and what it had on record is erased. A day after that
 * it is looked once more whether something was left behind.
 *
 * Each step may be cut off anywhere and be done again: what was passed on is not passed on twice. Says whether it is done.
 * Causes member.joined, place.passed-on and organisation.succeeded.
 */
export async function passOn(table: Table, clock: Clock, organisation: string): Promise<boolean> {
  const succession = await begun(table, clock, organisation);
  if (succession === undefined) return true;
  const heir = await findHeir(table, succession.successor);
  await passOnMembers(table, clock, { from: organisation, to: heir });
  await markSucceededKeys(table, organisation, heir);
  if (succession.status === 'passing' && clock.now() < passingAt(succession)) return true;
  const passing: Passing = { table, clock, from: organisation, to: heir };
  await passOnPeople(passing);
  await passOnReleases(passing);
  if (!(await passOnApplications(passing)) || !(await passOnPlaces(passing))) return false;
  await succeedOrganisation(table, clock, organisation, { by: heir, on: succession.on });
  await erasePassedReleases(passing);
  await erasePassedPeople(passing);
  if (succession.status === 'passing') await advance(table, clock, succession, 'done');
  return true;
}

/**
 * The succession once it has begun, which it does now if its day has come; undefined when there is nothing to be done.
 * Throws when something else came first, be it this very write sent twice: the next run finds what that made.
 */
async function begun(table: Table, clock: Clock, organisation: string): Promise<Succession | undefined> {
  const succession = await readSuccession(table, organisation);
  switch (succession?.status) {
    case 'passing':
    case 'done':
      return succession;
    case 'accepted':
      if (beginningOf(succession.on) > clock.now()) return undefined;
      return await advance(table, clock, succession, 'passing');
    case 'proposed':
    case 'withdrawn':
    case undefined:
      return undefined;
  }
}

async function advance(table: Table, clock: Clock, succession: Succession, status: 'passing' | 'done') {
  const change = changeByItself(status === 'passing' ? 'begun' : 'done', clock.now());
  const next: Succession = { ...succession, status, version: succession.version + 1, change };
  if (!(await writeSuccession(table, next))) throw new Error('Another change came first');
  return next;
}
