import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { eraseException } from '../places/erase-exception.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { noTexts, type Application } from './application.ts';
import { applicationsOf, readApplication, replaceApplication } from './applications-items.ts';

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;
/** How many applications are dealt with at once. */
const atOnce = 8;

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
    if (application.ticket !== undefined) await eraseException(context, cohort, application.ticket);
    const version = application.version + 1;
    const erased = { ...withoutTexts(application), version, change: changeNow(context, 'erased') };
    if (await replaceApplication(context.table, erased)) return;
  }
  throw refusal('request.busy');
}

/** An application as it is once the person's record was removed. */
export function withoutTexts(application: Application): Application {
  return { ...application, ...noTexts, erased: true };
}
