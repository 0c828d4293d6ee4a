import { z } from 'zod';
import type { LocalRun } from '../local-run.ts';
import { openCaller, type Caller } from './caller.ts';
import { sampleCostPlans } from './cost-plans.ts';
import { sampleOrganisations, type SampleOrganisation } from './organisations.ts';
import { sampleStaff } from './staff.ts';
import { sampleProgrammes, type SampleProgramme } from './programmes.ts';

type SampleRun = Pick<LocalRun, 'url' | 'tokenFor' | 'invoke' | 'clock' | 'idle'>;

/** An organisation that has joined: its id, and the person who acts for it in the sample. */
interface Joined {
  readonly organisation: string;
  readonly person: string;
}

const foundedSchema = z.object({ code: z.string() });
const invitedSchema = z.object({ code: z.string() });
const joinedSchema = z.object({ organisation: z.string() });
const madeSchema = z.object({ id: z.string() });
const placesSchema = z.object({ places: z.array(z.object({ ticket: z.int() })) });
const versionedSchema = z.object({ version: z.int() });

const day = 86_400_000;
const weeksInMonth = 52 / 12;

/**
 * Loads the sample data into an installation that is not founded yet, in the way that users would fill it: the operator's
 * Lambda founds, everything else goes through the API. Answers whether it did; false when the installation was founded
 * already. Refuses (throws) what the API refuses: then the data is half there, and the caller begins anew.
 */
export async function loadSample(run: SampleRun): Promise<boolean> {
  const caller = openCaller(run);
  const [first, ...others] = sampleOrganisations;
  const code = first === undefined ? undefined : await found(run, first);
  if (first === undefined || code === undefined) return false;
  const host = await accept(caller, first, code);
  const joined = new Map([[first.label, host]]);
  for (const other of others) {
    const { name, kind, identifier } = other;
    const body = { name, kind, identifiers: [identifier] };
    const invited = await caller.send({ ...host, path: '/v1/invitations/organisations', body }, invitedSchema);
    joined.set(other.label, await accept(caller, other, invited.code));
  }
  const people = new Map<string, string>();
  for (const { at, details } of sampleStaff) {
    const { id } = await caller.send({ ...joinedAs(joined, at), path: '/v1/people', body: details }, madeSchema);
    people.set(details.reference, id);
  }
  for (const programme of sampleProgrammes) {
    const cohort = await offer(caller, run.clock.now(), programme, joined);
    for (const { by, reference } of programme.named ?? []) {
      await namePerson(caller, cohort, joinedAs(joined, by), people.get(reference));
    }
  }
  await run.idle();
  return true;
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

/** The organisation that the sample data calls so. */
function joinedAs(joined: ReadonlyMap<string, Joined>, label: string): Joined {
  const organisation = joined.get(label);
  if (organisation === undefined) throw new Error(`The sample data has no organisation ${label}.`);
  return organisation;
}

/** Publishes a programme, plans what its cohort costs, opens that, and lets the others claim. Answers the cohort's id. */
async function offer(
  caller: Caller,
  now: Date,
  { host, details, sharedWith, cohort, claims }: SampleProgramme,
  joined: ReadonlyMap<string, Joined>,
): Promise<string> {
  const of = (label: string) => joinedAs(joined, label);
  const lead = of(host);
  const seenBy = sharedWith === undefined ? 'all' : sharedWith.map((label) => of(label).organisation);
  const body = { ...details, sharedWith: seenBy };
  const programme = await caller.send({ ...lead, path: '/v1/programmes', body }, madeSchema);
  await caller.send({ ...lead, path: `/v1/programmes/${programme.id}/publish` }, madeSchema);
  const planned = { ...lead, path: `/v1/programmes/${programme.id}/cohorts`, body: planOf(cohort, now, of) };
  const { id } = await caller.send(planned, madeSchema);
  await planCosts(caller, { programme: details.title, cohort: id, host: lead.organisation }, of);
  await caller.send({ ...lead, path: `/v1/cohorts/${id}/open` }, madeSchema);
  for (const { by, quantity } of claims) {
    await caller.send({ ...of(by), path: `/v1/cohorts/${id}/claims`, body: { quantity } }, z.object({}));
  }
  return id;
}

/** Names a person, whose lead records that they are released, on the first place that their organisation has. */
async function namePerson(caller: Caller, cohort: string, holder: Joined, person: string | undefined): Promise<void> {
  const path = `/v1/cohorts/${cohort}`;
  const { places } = await caller.send({ ...holder, method: 'GET', path: `${path}/places` }, placesSchema);
  const release = { person, backfill: 'arranged' };
  await caller.send({ ...holder, path: `${path}/person-releases`, body: release }, z.object({}));
  const named = { person, ticket: places[0]?.ticket };
  await caller.send({ ...holder, path: `${path}/names`, body: named }, z.object({}));
}

/** Plans what a cohort costs, where the sample says that, before it opens: from then on the rule is fixed. */
async function planCosts(
  caller: Caller,
  { programme, cohort, host }: { readonly programme: string; readonly cohort: string; readonly host: string },
  of: (label: string) => Joined,
): Promise<void> {
  const planned = sampleCostPlans.find((one) => one.programme === programme);
  if (planned === undefined) return;
  const put = { person: planned.by, organisation: host, method: 'PUT' as const };
  const path = `/v1/cohorts/${cohort}/cost-plan`;
  let { version } = await caller.send({ ...put, path, seen: 0, body: planned.plan }, versionedSchema);
  for (const { of: partner, treatment } of planned.treatments) {
    const chosen = `/v1/cohorts/${cohort}/vat-treatments/${of(partner).organisation}`;
    ({ version } = await caller.send({ ...put, path: chosen, seen: version, body: { treatment } }, versionedSchema));
  }
}

/** A cohort's plan with days that are always ahead: the sample stays true however old it is when it is loaded. */
function planOf(cohort: SampleProgramme['cohort'], now: Date, of: (label: string) => Joined) {
  const { startsInWeeks, sessions, months, venue, capacity, waitlist, limit, held } = cohort;
  const first = new Date(now.getTime() + startsInWeeks * 7 * day);
  // Tuesdays, as courses like them.
  first.setUTCDate(first.getUTCDate() + ((9 - first.getUTCDay()) % 7));
  const weeksApart = (months * weeksInMonth) / Math.max(1, sessions - 1);
  const days = Array.from({ length: sessions }, (_, index) => {
    return new Date(first.getTime() + Math.round(index * weeksApart) * 7 * day);
  });
  const season = ['Winter', 'Spring', 'Summer', 'Autumn'][Math.floor(((first.getUTCMonth() + 1) % 12) / 3)] ?? '';
  const until = new Date(first.getTime() - (held?.daysBefore ?? 0) * day).toISOString().slice(0, 10);
  return {
    name: `${season} ${String(first.getUTCFullYear())}`,
    sessions: days.map((date) => ({ day: date.toISOString().slice(0, 10), from: '09:30', to: '16:30', venue })),
    capacity,
    waitlist,
    limit,
    held: (held?.places ?? []).map(({ of: label, places }) => ({
      organisation: of(label).organisation,
      places,
      until,
    })),
    opensAt: now.toISOString(),
  };
}
