import { changeNow } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { AppError, refusal, type RefusalCode } from '../errors.ts';
import { placePerson } from '../places/place-person.ts';
import type { Application } from './application.ts';
import { readApplication, replaceApplication } from './applications-items.ts';
import { takeStep } from './take-step.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;
/**
 * What cannot be mended: there is nobody any more who could be named. All else can be, and not by the host alone: a record
 * is put right, a manager releases, a name comes off another place, the host makes an exception, a place comes free. To
 * be told "not selected" for it would be final, since nobody may apply again after that; so they stay selected, and others
 * are not held up by it.
 */
const final: ReadonlySet<RefusalCode> = new Set(['person.not-found']);

/**
 * Gives a selected person the place that they were selected for, and notes it on the application; done already, or not
 * selected (any more), nothing happens. Answers why it could not be done: they stay selected, and it can be tried again; but
 * who was removed from the record is not selected after all, with the reason `no-longer-eligible`.
 */
export async function placeApplicant(
  context: Context,
  cohort: Cohort,
  application: Application,
): Promise<RefusalCode | undefined> {
  if (application.status !== 'selected' || application.ticket !== undefined) return undefined;
  const { id: occasion, person, organisation, exception } = application;
  try {
    const chosen = { person, organisation, occasion, exception };
    await noteTicket(context, application, await placePerson(context, cohort, chosen));
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!final.has(error.code)) return error.code;
    const details = { reason: 'no-longer-eligible' as const, rank: undefined };
    await takeStep(context, application, { status: 'not-selected', from: 'selected', details });
    return error.code;
  }
}

async function noteTicket(context: Context, selected: Application, ticket: number): Promise<void> {
  let application: Application | undefined = selected;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (application?.status !== 'selected' || application.ticket !== undefined) return;
    const next = { ...application, ticket, version: application.version + 1, change: changeNow(context, 'placed') };
    if (await replaceApplication(context.table, next)) return;
    application = await readApplication(context.table, selected.cohort, selected.id);
  }
  throw refusal('request.busy');
}
