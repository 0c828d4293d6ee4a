import { z } from 'zod';
import { openCaller, type Caller } from './caller.ts';
import { sampleCostPlans } from './cost-plans.ts';
import { namePeople, offerCohort, offerProgramme } from './offer-cohort.ts';
import { sampleOrganisations, type SampleOrganisation } from './organisations.ts';
import { closeLastMonth, playPastMonths, sweep } from './past-months.ts';
import { sampleProgrammes, type SampleProgramme } from './programmes.ts';
import { putForward } from './put-forward.ts';
import { daysAfter, seasonOf, sessionsOn, dateOf, tuesdayFrom } from './sample-days.ts';
import { sampleStaff } from './staff.ts';
import { madeSchema, setStage, type Joined, type SampleRun, type Stage } from './stage.ts';

const foundedSchema = z.object({ code: z.string() });
const invitedSchema = z.object({ code: z.string() });
const joinedSchema = z.object({ organisation: z.string() });

const weeksInMonth = 52 / 12;

/**
 * Loads the sample data into an installation that is not founded yet, in the way that users would fill it: the operator's
 * Lambda founds, everything else goes through the API. The run's clock is to be behind, as `beginningOfSample` says: the
 * months since then are played, and at their end it has caught up. Answers whether it did; false when the installation was
 * founded already, and then the clock has caught up as well. Refuses (throws) what the API refuses: then the data is half
 * there, and the caller begins anew.
 */
export async function loadSample(run: SampleRun): Promise<boolean> {
  const stage = await gather(run);
  if (stage === undefined) {
    run.clock.catchUp();
    return false;
  }
  const today = daysAfter(run.clock.now(), run.clock.behind / 86_400_000);
  const programmes = new Map<string, string>();
  for (const programme of sampleProgrammes) {
    programmes.set(programme.details.title, await offerProgramme(stage, programme));
  }
  await playPastMonths(stage, programmes, today);
  await run.idle();
  run.clock.catchUp();
  await sweep(run);
  await closeLastMonth(stage, today);
  for (const programme of sampleProgrammes) await offerNow(stage, programme, programmes.get(programme.details.title));
  await run.idle();
  return true;
}

/** Lets everybody of the sample join, with the people whom they have on record; undefined when it was founded before. */
async function gather(run: SampleRun): Promise<Stage | undefined> {
  const caller = openCaller(run);
  const [first, ...others] = sampleOrganisations;
  const code = first === undefined ? undefined : await found(run, first);
  if (first === undefined || code === undefined) return undefined;
  const host = await accept(caller, first, code);
  const joined = new Map([[first.label, host]]);
  for (const other of others) {
    const { name, kind, identifier } = other;
    const body = { name, kind, identifiers: [identifier] };
    const invited = await caller.send({ ...host, path: '/v1/invitations/organisations', body }, invitedSchema);
    joined.set(other.label, await accept(caller, other, invited.code));
  }
  const people = new Map<string, string>();
  const stage = setStage(run, caller, joined, people);
  for (const { at, details } of sampleStaff) {
    const { id } = await caller.send({ ...stage.of(at), path: '/v1/people', body: details }, madeSchema);
    people.set(details.reference, id);
  }
  return stage;
}

/** Founds the installation; undefined when it was founded before. */
async function found(run: SampleRun, { name, kind, identifier }: SampleOrganisation): Promise<string | undefined> {
  const { ok, payload } = await run.invoke('FoundOrganisation', { name, kind, identifiers: [identifier] });
  const answer: unknown = JSON.parse(payload);
  if (ok && z.object({ code: z.literal('installation.already-founded') }).safeParse(answer).success) return undefined;
  return foundedSchema.parse(answer, { error: () => `The installation could not be founded: ${payload}` }).code;
}

/** Lets the administrator join, and then the organisation's other members. */
async function accept(
  caller: Caller,
  { administrator, members = [] }: SampleOrganisation,
  code: string,
): Promise<Joined> {
  const path = '/v1/invitations/accept';
  const { organisation } = await caller.send({ person: administrator, path, body: { code } }, joinedSchema);
  const joined = { organisation, person: administrator };
  for (const { person, roles } of members) {
    const invited = await caller.send({ ...joined, path: '/v1/invitations/members', body: { roles } }, invitedSchema);
    await caller.send({ person, path, body: { code: invited.code } }, joinedSchema);
  }
  return joined;
}

/** Offers the cohort of a programme that is ahead; the others claim, or put people forward, and some are named. */
async function offerNow(stage: Stage, sample: SampleProgramme, programme = ''): Promise<void> {
  const { host, details, cohort, claims, named = [], applications = [] } = sample;
  const plan = planOf(cohort, stage);
  const costs = sampleCostPlans.find((one) => one.programme === details.title);
  const id = await offerCohort(stage, { programme, host, plan, costs, claims });
  for (const { by, reference } of named) await namePeople(stage, id, { by, references: [reference] });
  for (const application of applications) await putForward(stage, id, application);
}

/** A cohort's plan with days that are always ahead: the sample stays true however old it is when it is loaded. */
function planOf(cohort: SampleProgramme['cohort'], { run, of }: Stage) {
  const { startsInWeeks, sessions, months, venue, capacity, waitlist, limit, held } = cohort;
  const now = run.clock.now();
  const first = tuesdayFrom(daysAfter(now, startsInWeeks * 7));
  const weeksApart = (months * weeksInMonth) / Math.max(1, sessions - 1);
  const days = Array.from({ length: sessions }, (_, index) => daysAfter(first, Math.round(index * weeksApart) * 7));
  const until = dateOf(daysAfter(first, -(held?.daysBefore ?? 0)));
  const closesOn = (weeks: number) => dateOf(daysAfter(now, weeks * 7));
  const { allocation, applications } = cohort;
  return {
    name: seasonOf(first),
    sessions: sessionsOn(days, venue),
    capacity,
    waitlist,
    limit,
    held: (held?.places ?? []).map(({ of: label, places }) => ({
      organisation: of(label).organisation,
      places,
      until,
    })),
    opensAt: now.toISOString(),
    ...(allocation === undefined
      ? {}
      : { allocation: { closesOn: closesOn(allocation.closesInWeeks), method: allocation.method } }),
    ...(applications === undefined ? {} : { applications: { closesOn: closesOn(applications.closesInWeeks) } }),
  };
}
