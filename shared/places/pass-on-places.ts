import { changeByItself } from '../change.ts';
import { passedPersonId, type Passing } from '../people/pass-on-people.ts';
import { manyAtOnce, patiently } from '../table/many-at-once.ts';
import { addClaimReason, readClaimReason, readExplainedClaims, removeClaimReasons } from './allocations-items.ts';
import { readHoldings } from './holdings-items.ts';
import { nextPart, writePassed, type PassedPart } from './passing-items.ts';
import { addPersonRelease, releasesSource, removePersonRelease, type PersonRelease } from './person-releases-items.ts';
import type { PlaceRecord } from './place-record.ts';
import { readPlaceRecords, writePlaceRecord } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

const releasesAtATime = 100;
const releasesAtOnce = 25;
/** A cohort may be two hundred places and as many records. */
const cohortsAtATime = 10;
const cohortsAtOnce = 5;
const recordsAtOnce = 10;
/** How often it is tried again on one cohort; seven writes pass on as many places as a ledger has. */
const attempts = 40;

/**
 * Passes all places of an organisation to its successor, cohort by cohort, named or not, confirmed, held or waiting, with
 * who is named on them, what their host allowed and why they were claimed. Done again, it goes on where it was cut off.
 *
 * Does ten cohorts, behind a position; answers from where to go on, undefined when none is left. Throws when one is
 * written to by others without pause. Causes place.passed-on.
 */
export async function passOnPlaces(passing: Passing, after: string | undefined): Promise<string | undefined> {
  const page = await patiently(async () => await readHoldings(passing.table, passing.from, after, cohortsAtATime));
  await manyAtOnce(page, cohortsAtOnce, async ({ cohort }) => {
    await passOnCohort(passing, cohort);
  });
  return page.length < cohortsAtATime ? undefined : page.at(-1)?.sk;
}

/**
 * Notes at the successor for which cohorts the people of an organisation are released; what is noted there already stays.
 * A hundred at once, behind a position; answers from where to go on, undefined when none is left.
 */
export async function passOnReleases(passing: Passing, after: string | undefined): Promise<string | undefined> {
  return await withReleases(passing, after, async (release) => {
    const person = await passedPersonId(passing, release.person);
    await addPersonRelease(passing.table, passing.to, { ...release, person });
  });
}

/** Takes away what an organisation noted of releases, all of which its successor has; as many as are passed on at once. */
export async function erasePassedReleases(passing: Passing, after: string | undefined): Promise<string | undefined> {
  return await withReleases(passing, after, async (release) => {
    await removePersonRelease(passing.table, passing.from, release);
  });
}

async function withReleases(
  { table, from }: Passing,
  after: string | undefined,
  work: (release: PersonRelease) => Promise<void>,
): Promise<string | undefined> {
  const source = releasesSource(table, from);
  const page = await patiently(async () => await source(after, releasesAtATime));
  await manyAtOnce(page, releasesAtOnce, async ({ release }) => {
    await patiently(async () => {
      await work(release);
    });
  });
  return page.length < releasesAtATime ? undefined : page.at(-1)?.sk;
}

async function passOnCohort(passing: Passing, cohort: string): Promise<void> {
  const { table, clock, from, to } = passing;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const isRecorded = await passOnRecords(passing, cohort);
    const ledger = await readLedger(table, cohort, { consistent: true });
    const part = ledger && nextPart(ledger, from, to);
    if (ledger === undefined || part === undefined) {
      if (!isRecorded) continue;
      await removeClaimReasons(table, cohort, await readExplainedClaims(table, cohort, from));
      return;
    }
    await passOnReasons(passing, cohort, part);
    await writePassed(table, cohort, ledger, part, changeByItself('passed-on', clock.now()));
  }
  throw new Error('Another change came first');
}

/** Passes on what is noted of an organisation's places; says whether none was changed by somebody else meanwhile. */
async function passOnRecords(passing: Passing, cohort: string): Promise<boolean> {
  const records = await readPlaceRecords(passing.table, cohort);
  const own = [...records.values()].filter(({ organisation }) => organisation === passing.from);
  const passed = await manyAtOnce(own, recordsAtOnce, async (record) => await passOnRecord(passing, record));
  return passed.every(Boolean);
}

/** What is noted of a person there, such as how they took part, goes with them. */
async function passOnRecord(passing: Passing, record: PlaceRecord): Promise<boolean> {
  const under = async (person: string) => await passedPersonId(passing, person);
  const { person, exception, attended, replaced, completed } = record;
  const passed = async <Noted extends { readonly person: string }>(noted: Noted) => ({
    ...noted,
    person: await under(noted.person),
  });
  const next = {
    ...record,
    organisation: passing.to,
    person: person && (await under(person)),
    exception: exception?.person === undefined ? exception : { ...exception, person: await under(exception.person) },
    attended: attended && (await passed(attended)),
    replaced: replaced && (await Promise.all(replaced.map(passed))),
    completed: completed && (await passed(completed)),
  };
  const change = changeByItself('passed-on', passing.clock.now());
  return (await writePlaceRecord(passing.table, next, change)) !== undefined;
}

async function passOnReasons(passing: Passing, cohort: string, { claims }: PassedPart): Promise<void> {
  await manyAtOnce(claims, recordsAtOnce, async ({ claim, newClaim }) => {
    const found = await readClaimReason(passing.table, cohort, claim);
    if (found === undefined) return;
    const people: string[] = [];
    for (const person of found.people ?? []) people.push(await passedPersonId(passing, person));
    const wished = found.people === undefined ? {} : { people };
    await addClaimReason(passing.table, cohort, newClaim, {
      reason: found.reason,
      purchaseOrder: found.purchaseOrder,
      ...wished,
    });
  });
}
