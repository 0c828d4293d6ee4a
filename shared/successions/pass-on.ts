import { changeByItself } from '../change.ts';
import { beginningOf, type Clock } from '../clock.ts';
import type { Passing } from '../people/pass-on-people.ts';
import type { Table } from '../table/table.ts';
import { findHeir } from './find-succession.ts';
import { passOnStep } from './passing-steps.ts';
import { lookAgainAt, passingAt, settledAfter, type Succession } from './succession.ts';
import {
  readProgress,
  readSuccession,
  writeProgress,
  writeSuccession,
  type PassingProgress,
} from './successions-items.ts';

/**
 * The most pieces of the work that one run does, some hundreds of writes each: a few seconds, so that several successions of
 * one night, and all else that is due, have their turn in the same minute.
 */
const mostSteps = 50;

/**
 * Does what is due of a succession. At the beginning of its day it begins: whoever acts for the organisation is known from
 * then on to act for one that was succeeded, and its members are members of the successor as well. Five minutes later
 * people, releases, applications and places pass, the organisation's status says so, and what it had on record is erased. A day after that
 * it is looked once more whether something was left behind.
 *
 * However large the organisation is, one run does at most fifty bounded pieces of it, and begins none but the first after
 * `until`. How far it has come is noted after each, so a run that is cut off anywhere loses one piece of work, which is done
 * again: what was passed on is not passed on twice. Says whether nothing is left to be done now.
 *
 * Causes member.joined, place.passed-on and organisation.succeeded.
 */
export async function passOn(table: Table, clock: Clock, organisation: string, until: Date): Promise<boolean> {
  const succession = await begun(table, clock, organisation);
  if (succession === undefined) return true;
  const passing: Passing = { table, clock, from: organisation, to: await findHeir(table, succession.successor) };
  let progress = await readProgress(table, succession);
  for (let step = 0; progress.part !== 'end'; step += 1) {
    if (isToSettle(succession, progress, clock)) return clock.now() < passingAt(succession);
    if (step === mostSteps || (step > 0 && clock.now() >= until)) return false;
    progress = await goOn(passing, succession, progress);
    await writeProgress(table, organisation, progress);
  }
  if (succession.status === 'passing') await advance(table, clock, succession, 'done');
  return true;
}

/** Whether what was asked before everybody was marked may still be under way. */
function isToSettle({ status }: Succession, { part, settledAt }: PassingProgress, clock: Clock): boolean {
  if (status !== 'passing' || part !== 'late-members' || settledAt === undefined) return false;
  return clock.now() < new Date(settledAt);
}

async function goOn(passing: Passing, { on }: Succession, progress: PassingProgress): Promise<PassingProgress> {
  const { round, settledAt } = progress;
  const next = await passOnStep(passing, progress, on);
  const isMarked = progress.part === 'api-keys' && next.part !== 'api-keys';
  return { round, settledAt: isMarked ? settledAfter(passing.clock.now()).toISOString() : settledAt, ...next };
}

/**
 * The succession once it has begun, which it does now if its day has come; undefined when there is nothing to be done.
 * Throws when something else came first, be it this very write sent twice: the next run finds what that made.
 */
async function begun(table: Table, clock: Clock, organisation: string): Promise<Succession | undefined> {
  const succession = await readSuccession(table, organisation);
  switch (succession?.status) {
    case 'passing':
      return succession;
    case 'done':
      return lookAgainAt(succession) > clock.now() ? undefined : succession;
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
