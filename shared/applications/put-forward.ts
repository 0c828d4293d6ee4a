import { changeNow, requestDigest } from '../change.ts';
import { endOfDay } from '../clock.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { findCurrentPlan } from '../cohorts/find-current-plan.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { newId } from '../ids.ts';
import { findActivePerson } from '../people/find-people.ts';
import type { ActivePerson } from '../people/person.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { mayBecome } from './application-states.ts';
import { eraseApplication } from './erase-applications.ts';
import type { Application } from './application.ts';
import {
  isFull,
  putApplication,
  readApplication,
  readApplicationOf,
  replaceApplication,
} from './applications-items.ts';

/** How often it is tried again that another request of the same moment has overtaken. */
const attempts = 3;

/** Who is put forward for a place, how, and why. */
interface Candidacy {
  readonly person: ActivePerson;
  readonly status: 'applied' | 'nominated';
  readonly statement: string;
}

/**
 * Puts a person forward for a cohort that takes applications, once, also one who is not of the programme's audience: a person has one application to a cohort, and may make
 * it anew after it was withdrawn, unless it had been declined or not selected before that. A repeated request is answered with the application as it is now, whatever the time.
 *
 * Refusals: `application.already`; and those of `checkCandidacy` and of a cohort that has no more room for applications
 * (`application.full`).
 */
export async function putForward(context: Context, cohort: Cohort, candidacy: Candidacy): Promise<Application> {
  const { table } = context;
  const { person, status, statement } = candidacy;
  const told = { cohort: cohort.id, person: person.id, statement };
  const request = requestDigest(context, status, told);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = await readExisting(context, cohort, person);
    if (before?.request === request) return before;
    // Its reason outlives a withdrawal, so that nobody gets round the decision by it.
    if (before?.reason !== undefined || !mayBecome(before?.status, status)) throw refusal('application.already');
    await checkCandidacy(context, cohort);
    if (before === undefined && (await isFull(table, cohort.id))) throw refusal('application.full');
    const id = before?.id ?? newId('app', context.random);
    const { organisation } = person;
    const version = (before?.version ?? 0) + 1;
    const change = changeNow(context, status);
    const made = { id, host: cohort.host, organisation, ...told, status, request, version, change };
    const isMade = before === undefined ? await putApplication(table, made) : await replaceApplication(table, made);
    const now = isMade ? await readApplication(table, cohort.id, id) : undefined;
    if (now === undefined) continue;
    // Removed from the record at this very moment: whoever removed them may not have found it.
    if ((await findActivePerson(table, organisation, person.id)) === undefined) {
      await eraseApplication(context, cohort.id, id);
      throw refusal('person.not-found');
    }
    return now;
  }
  throw refusal('request.busy');
}

async function readExisting({ table }: Context, cohort: Cohort, person: ActivePerson) {
  const id = await readApplicationOf(table, cohort.id, person.id);
  return id === undefined ? undefined : await readApplication(table, cohort.id, id);
}

/**
 * Refuses a candidacy that is not possible: `application.none` for a cohort that takes none, `cohort.not-open`,
 * `cohort.not-open-yet`, `application.closed` after the closing date.
 */
async function checkCandidacy({ table, clock }: Context, found: Cohort): Promise<void> {
  const ledger = await findLedger(table, found.id);
  const { applications, opensAt } = await findCurrentPlan(table, found, ledger);
  if (applications === undefined) throw refusal('application.none');
  if (ledger?.status !== 'open') throw refusal('cohort.not-open');
  const now = clock.now();
  if (now < new Date(opensAt)) throw refusal('cohort.not-open-yet', undefined, { facts: { opensAt } });
  if (endOfDay(applications.closesOn) <= now) throw refusal('application.closed');
}
