import { z } from 'zod';
import { namePeople, offerCohort, ticketsOf } from './offer-cohort.ts';
import { pastCohorts, type PastCohort } from './past-cohorts.ts';
import { issueStatement, settleGross, settleNetted, statePlaces } from './past-statements.ts';
import { dateOf, dayOfMonthBefore, daysAfter, monthBefore, seasonOf, sessionsOn, tuesdayFrom } from './sample-days.ts';
import type { SampleRun, Stage } from './stage.ts';

const anything = z.object({});

/**
 * Plays the months before today: two pilots are claimed, freeze and are posted; their hosts close the month and state what
 * is owed; one statement is paid gross, two are netted, one is disputed, one stays unpaid; and a late withdrawal, whose
 * place another takes, comes back in the month after. `programmes` are ids by title.
 */
export async function playPastMonths(
  stage: Stage,
  programmes: ReadonlyMap<string, string>,
  today: Date,
): Promise<void> {
  const first = tuesdayFrom(dayOfMonthBefore(today, 1, 10));
  const cohortOf = async (past: PastCohort) =>
    await offerPast(stage, past, programmes.get(past.costs.programme) ?? '', first);
  const leaders = await cohortOf(pastCohorts.leaders);
  await cohortOf(pastCohorts.mentoring);

  // The freeze date, three weeks before the first day, has come.
  await moveTo(stage.run, dayOfMonthBefore(today, 2, 27));
  await moveTo(stage.run, dayOfMonthBefore(today, 1, 4));
  const stated = await statePlaces(stage, monthBefore(today, 2), today);

  await moveTo(stage.run, dayOfMonthBefore(today, 1, 6));
  await settleGross(stage, stated.paidGross);
  await withdrawLate(stage, leaders, dateOf(first));

  await moveTo(stage.run, daysAfter(today, -5));
  await settleNetted(stage, monthBefore(today, 2));
}

/** Closes the month that was over last, and states what the late withdrawal comes to there: Barts Health gets a credit note. */
export async function closeLastMonth(stage: Stage, today: Date): Promise<void> {
  const period = monthBefore(today, 1);
  await stage.caller.send({ ...stage.financeOf('RF4'), path: '/v1/period-closings', body: { period } }, anything);
  await issueStatement(stage, { creditor: 'RF4', debtor: 'R1H', period, days: 30 });
}

/** Lets what is due be done, as each minute does, and everybody hear of it. */
export async function sweep(run: SampleRun): Promise<void> {
  const { ok, payload } = await run.invoke('Sweeper', { task: 'deadlines' });
  if (!ok) throw new Error(`The deadlines could not be acted on: ${payload}`);
  await run.idle();
}

/** Moves time on, once all is announced that was done before. */
async function moveTo(run: SampleRun, instant: Date): Promise<void> {
  await run.idle();
  run.clock.advance(Math.max(0, instant.getTime() - run.clock.now().getTime()));
  await sweep(run);
}

/** Offers a pilot of two days, a week apart, on which everybody who has a place is named. Answers the cohort's id. */
async function offerPast(stage: Stage, past: PastCohort, programme: string, first: Date): Promise<string> {
  const { venue, ...places } = past.cohort;
  const plan = {
    name: `Pilot, ${seasonOf(first)}`,
    sessions: sessionsOn([first, daysAfter(first, 7)], venue),
    ...places,
    opensAt: stage.run.clock.now().toISOString(),
    naming: { daysBefore: 28, daysAfterConfirmed: 7, freezeDaysBefore: 21 },
  };
  const { host, costs, claims, named } = past;
  const cohort = await offerCohort(stage, { programme, host, plan, costs, claims });
  for (const people of named) await namePeople(stage, cohort, people);
  return cohort;
}

/**
 * Barts Health withdraws somebody within the last days before the first, and Homerton, which waited, sends another: the host
 * agrees to both changes of the name, since the freeze date has passed.
 */
async function withdrawLate(stage: Stage, cohort: string, until: string): Promise<void> {
  const { caller, of } = stage;
  const path = `/v1/cohorts/${cohort}`;
  const allow = async (ticket: number | undefined) =>
    await caller.send({ ...of('RF4'), path: `${path}/late-namings`, body: { ticket, until } }, anything);
  const ticket = (await ticketsOf(stage, cohort, of('R1H'))).at(-1);
  await allow(ticket);
  await caller.send({ ...of('R1H'), path: `${path}/unnamings`, body: { ticket } }, anything);
  await caller.send({ ...of('R1H'), path: `${path}/give-backs`, body: { tickets: [ticket] } }, anything);
  await allow((await ticketsOf(stage, cohort, of('RQX')))[0]);
  await namePeople(stage, cohort, { by: 'RQX', references: ['HOM-8001'] });
}
