import { isOver } from '../cohorts/cohort-plan.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { findCurrentPlan } from '../cohorts/find-current-plan.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation } from '../operation.ts';
import { findOwnPerson } from '../people/find-people.ts';
import { isLead } from '../people/speaks-for.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import type { Application } from './application.ts';
import { readApplication } from './applications-items.ts';

/**
 * As what somebody sees an application: as one of their own organisation's (or their own), as the host, or as the host when
 * the cohort is over or cancelled and nothing is left to decide.
 */
export type Sight = 'own' | 'host' | 'host-afterwards';
type Look = (application: Application) => Sight | undefined;

/**
 * What of a cohort's applications is there for who asks: for leads those of their organisation and, where it is the host,
 * the endorsed ones, with who applies and why while the cohort is to be filled; for everybody else their own. Refuses with `person.not-unique` when their record cannot be told.
 */
export async function findSight(context: Context, cohort: Cohort): Promise<Look> {
  const acting = actingOrganisation(context);
  if (isLead(context)) {
    const asHost = acting === cohort.host ? await sightOfHost(context, cohort) : undefined;
    return ({ organisation, endorsedAt }) => {
      if (organisation === acting) return 'own';
      return endorsedAt === undefined ? undefined : asHost;
    };
  }
  const own = await findOwnPerson(context);
  return ({ organisation, person }) => (organisation === acting && person === own?.subject.id ? 'own' : undefined);
}

async function sightOfHost({ table, clock }: Context, found: Cohort): Promise<Sight> {
  const ledger = await findLedger(table, found.id);
  const cohort = await findCurrentPlan(table, found, ledger);
  return ledger?.status === 'cancelled' || isOver(cohort, clock.now()) ? 'host-afterwards' : 'host';
}

/** An application to a cohort. Refuses with `application.not-found` what is not there, or not for who asks. */
export async function findApplication(
  context: Context,
  cohort: Cohort,
  id: string,
): Promise<{ readonly application: Application; readonly sight: Sight }> {
  const look = await findSight(context, cohort);
  const application = await readApplication(context.table, cohort.id, id);
  const sight = application && look(application);
  if (application === undefined || sight === undefined) throw refusal('application.not-found');
  return { application, sight };
}

/** The same, of the organisation acted for alone: also a host decides about others' in no other way than by selecting. */
export async function findOwnApplication(context: Context, cohort: Cohort, id: string): Promise<Application> {
  const { application, sight } = await findApplication(context, cohort, id);
  if (sight !== 'own') throw refusal('application.not-found');
  return application;
}
