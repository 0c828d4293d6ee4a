import { changeByItself } from '../change.ts';
import { passedPersonId, type Passing } from '../people/pass-on-people.ts';
import { addClaimReason, readClaimReason, removeClaimReasons } from './allocations-items.ts';
import { readHoldings } from './holdings-items.ts';
import { nextPart, writePassed, type PassedPart } from './passing-items.ts';
import { addPersonRelease, releasesOf, removePersonRelease } from './person-releases-items.ts';
import type { PlaceRecord } from './place-record.ts';
import { readPlaceRecords, writePlaceRecord } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

const pageSize = 100;
/** How often it is tried again on one cohort; seven writes pass on as many places as a ledger has. */
const attempts = 40;

/**
 * Passes all places of an organisation to its successor, cohort by cohort, named or not, confirmed, held or waiting, with
 * who is named on them, what their host allowed and why they were claimed. Says whether nothing is left; done again, it
 * goes on where it was cut off.
 *
 * Causes place.passed-on.
 */
export async function passOnPlaces(passing: Passing): Promise<boolean> {
  let isDone = true;
  let after: string | undefined;
  do {
    const page = await readHoldings(passing.table, passing.from, after, pageSize);
    for (const { cohort } of page) isDone = (await passOnCohort(passing, cohort)) && isDone;
    after = page.length < pageSize ? undefined : page.at(-1)?.sk;
  } while (after !== undefined);
  return isDone;
}

/**
 * Notes at the successor for which cohorts the people of an organisation are released; what is noted there already stays.
 */
export async function passOnReleases(passing: Passing): Promise<void> {
  const { table, from, to } = passing;
  for await (const releases of releasesOf(table, from)) {
    for (const release of releases) {
      const person = await passedPersonId(passing, release.person);
      await addPersonRelease(table, to, { ...release, person });
    }
  }
}

/** Takes away what an organisation noted of releases, all of which its successor has. */
export async function erasePassedReleases({ table, from }: Passing): Promise<void> {
  for await (const releases of releasesOf(table, from)) {
    for (const release of releases) await removePersonRelease(table, from, release);
  }
}

async function passOnCohort(passing: Passing, cohort: string): Promise<boolean> {
  const { table, clock, from, to } = passing;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const isRecorded = await passOnRecords(passing, cohort);
    const ledger = await readLedger(table, cohort, { consistent: true });
    const part = ledger && nextPart(ledger, from, to);
    if (ledger === undefined || part === undefined) {
      if (!isRecorded) continue;
      await removeClaimReasons(table, cohort, from);
      return true;
    }
    await passOnReasons(passing, cohort, part);
    await writePassed(table, cohort, ledger, part, changeByItself('passed-on', clock.now()));
  }
  return false;
}

/** Passes on what is noted of an organisation's places; says whether none was changed by somebody else meanwhile. */
async function passOnRecords(passing: Passing, cohort: string): Promise<boolean> {
  const records = await readPlaceRecords(passing.table, cohort);
  let isDone = true;
  for (const record of records.values()) {
    if (record.organisation === passing.from) isDone = (await passOnRecord(passing, record)) && isDone;
  }
  return isDone;
}

/** What is noted of a person there, such as how they took part, goes with them. */
async function passOnRecord(passing: Passing, record: PlaceRecord): Promise<boolean> {
  const under = async (person: string) => await passedPersonId(passing, person);
  const { person, attended, replaced, completed } = record;
  const passed = async <Noted extends { readonly person: string }>(noted: Noted) => ({
    ...noted,
    person: await under(noted.person),
  });
  const next = {
    ...record,
    organisation: passing.to,
    person: person && (await under(person)),
    attended: attended && (await passed(attended)),
    replaced: replaced && (await Promise.all(replaced.map(passed))),
    completed: completed && (await passed(completed)),
  };
  const change = changeByItself('passed-on', passing.clock.now());
  return (await writePlaceRecord(passing.table, next, change)) !== undefined;
}

async function passOnReasons(passing: Passing, cohort: string, { claims }: PassedPart): Promise<void> {
  for (const { claim, newClaim } of claims) {
    const found = await readClaimReason(passing.table, cohort, claim);
    if (found === undefined) continue;
    const people: string[] = [];
    for (const person of found.people ?? []) people.push(await passedPersonId(passing, person));
    const wished = found.people === undefined ? {} : { people };
    await addClaimReason(passing.table, cohort, newClaim, { reason: found.reason, ...wished });
  }
}
