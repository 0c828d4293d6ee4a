import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { eraseException } from '../places/erase-exception.ts';
import type { Deferral } from '../places/place-record.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { noTexts, type Application } from './application.ts';
import { applicationsOf, readApplication, replaceApplication } from './applications-items.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;
/** How many applications are dealt with at once. */
const atOnce = 8;
/** To how many cohorts a person is followed who was deferred again and again. */
const mostDeferrals = 50;

/**
 * Erases what was written in all applications of a person whose record was removed, and about them: an application stays where
 * it stands, and its reason's code stays. One write each, some at a time; what is erased already is left as it is, so cut
 * off anywhere, it is done again. Refuses with `request.busy` when others came first each time.
 */
export async function eraseApplications(context: Context, person: string): Promise<void> {
  for await (const page of applicationsOf(context.table, person)) {
    await manyAtOnce(page, atOnce, async ({ cohort, application }) => {
      await eraseApplication(context, cohort, application);
    });
  }
}

/** Erases the texts of one application. Refuses with `request.busy` when others came first each time. */
export async function eraseApplication(context: Context, cohort: string, id: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const application = await readApplication(context.table, cohort, id);
    if (application === undefined || application.erased === true) return;
    // First on their place: what is cut off before the application says `erased` is done again.
    if (application.ticket !== undefined) await eraseExceptions(context, application, application.ticket);
    const version = application.version + 1;
    const erased = { ...withoutTexts(application), version, change: changeNow(context, 'erased') };
    if (await replaceApplication(context.table, erased)) return;
  }
  throw refusal('request.busy');
}

/** On the place that they were selected for, and on those of later cohorts to which they were deferred from there. */
async function eraseExceptions(context: Context, { cohort, person }: Application, ticket: number): Promise<void> {
  let place: { readonly cohort: string; readonly ticket: number } | undefined = { cohort, ticket };
  // Each leads to a later cohort, so there is an end; the bound is for what should not be there.
  for (let step = 0; place !== undefined && step < mostDeferrals; step += 1) {
    const deferred: Deferral | undefined = await eraseException(context, { ...place, person, isTheirs: step === 0 });
    place = deferred && { cohort: deferred.to, ticket: deferred.ticket };
  }
}

/** An application as it is once the person's record was removed. */
export function withoutTexts(application: Application): Application {
  return { ...application, ...noTexts, erased: true };
}
