import { endOfDay } from '../clock.ts';
import { refusal, type FieldError } from '../errors.ts';
import { mostPlacesAndWaiting, type Cohort, type CohortDetails } from './cohort.ts';
import type { Session } from './session.ts';

type Plan = Pick<CohortDetails, 'sessions' | 'capacity' | 'waitlist' | 'opensAt'>;

/** What does not fit together in a plan whose fields are right each for itself. */
export function planErrors(plan: Plan): FieldError[] {
  const errors = plan.sessions.flatMap((session, index) => sessionErrors(session, plan.sessions[index - 1], index));
  if (plan.capacity + plan.waitlist > mostPlacesAndWaiting) {
    const message = `Places and waiting list together are at most ${String(mostPlacesAndWaiting)}`;
    errors.push({ field: 'waitlist', message });
  }
  const [first] = plan.sessions;
  if (first !== undefined && new Date(plan.opensAt) >= endOfDay(first.day)) {
    errors.push({ field: 'opensAt', message: 'Claims have to open before the first day is over' });
  }
  return errors;
}

function sessionErrors(session: Session, before: Session | undefined, index: number): FieldError[] {
  const field = `sessions.${String(index)}`;
  if (session.to <= session.from) return [{ field: `${field}.to`, message: 'A session ends after it begins' }];
  if (before === undefined) return [];
  const follows = session.day > before.day || (session.day === before.day && session.from >= before.to);
  return follows ? [] : [{ field, message: 'Sessions stand in order and do not overlap' }];
}

/** Whether the last day of a cohort has passed. */
export function isOver({ lastDay }: Pick<Cohort, 'lastDay'>, now: Date): boolean {
  return endOfDay(lastDay) <= now;
}

/** The first and the last day of a plan. Refuses with `request.invalid` a plan that does not fit together. */
export function checkedDays(plan: Plan): { readonly firstDay: string; readonly lastDay: string } {
  const fields = planErrors(plan);
  const firstDay = plan.sessions[0]?.day;
  const lastDay = plan.sessions.at(-1)?.day;
  if (fields.length > 0 || firstDay === undefined || lastDay === undefined) {
    throw refusal('request.invalid', undefined, { fields });
  }
  return { firstDay, lastDay };
}
