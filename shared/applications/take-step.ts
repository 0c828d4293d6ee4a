import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { mayBecome, type ApplicationStatus } from './application-states.ts';
import { noTexts, type Application } from './application.ts';
import { readApplication, replaceApplication } from './applications-items.ts';

/** How often a step is tried again that another change has overtaken. */
const attempts = 5;

/** A step of an application: what it becomes, and what goes with that. */
export interface Step {
  readonly status: ApplicationStatus;
  readonly details?: Partial<
    Pick<Application, 'statement' | 'endorsedAt' | 'reason' | 'words' | 'rank' | 'taken' | 'exception'>
  >;
  /** The one status that it starts from, where it is not to be any from which this one is reached. */
  readonly from?: ApplicationStatus;
}

/**
 * Takes an application a step further by one conditional write, and answers it as it is now; of this status already, it
 * stays as it is. Of somebody whose record was removed no text is written. Undefined when the step cannot be taken from where it stands. Refuses with `request.busy` when others
 * came first each time.
 */
export async function takeStep(context: Context, found: Application, step: Step): Promise<Application | undefined> {
  const { status, details, from } = step;
  let application: Application | undefined = found;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (application === undefined || application.status === status) return application;
    const isThere = from === undefined || application.status === from;
    if (!isThere || !mayBecome(application.status, status)) return undefined;
    const change = changeNow(context, status);
    const texts = application.erased === true ? noTexts : {};
    const version = application.version + 1;
    const next: Application = { ...application, ...details, ...texts, status, version, change };
    if (await replaceApplication(context.table, next)) return next;
    application = await readApplication(context.table, application.cohort, application.id);
  }
  throw refusal('request.busy');
}
