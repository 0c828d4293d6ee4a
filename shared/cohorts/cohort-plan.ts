import { dayAfter, endOfDay } from '../clock.ts';
import { refusal, type FieldError } from '../errors.ts';
import { mostPlacesAndWaiting, type Cohort, type CohortDetails } from './cohort.ts';
import type { Session } from './session.ts';

type Plan = Pick<
  CohortDetails,
  'sessions' | 'capacity' | 'waitlist' | 'limit' | 'opensAt' | 'held' | 'allocation' | 'applications'
>;

/** Whether a day (ISO date) until which places are held, or on which claims or applications close, is to come before the first. */
export type DayMatters = (what: 'held' | 'closing', day: string) => boolean;

const allMatter: DayMatters = () => true;

/**
 * What does not fit together in a plan whose fields are right each for itself. Of a cohort that is under way some days may
 * matter no longer.
 */
export function planErrors(plan: Plan, matters = allMatter): FieldError[] {
  const errors = plan.sessions.flatMap((session, index) => sessionErrors(session, plan.sessions[index - 1], index));
  if (plan.capacity + plan.waitlist > mostPlacesAndWaiting) {
    const message = `Places and waiting list together are at most ${String(mostPlacesAndWaiting)}`;
    errors.push({ field: 'waitlist', message });
  }
  const [first] = plan.sessions;
  if (first !== undefined && new Date(plan.opensAt) >= endOfDay(first.day)) {
    errors.push({ field: 'opensAt', message: 'Claims have to open before the first day is over' });
  }
  return [
    ...errors,
    ...heldErrors(plan),
    ...allocationErrors(plan),
    ...applicationsErrors(plan),
    ...lateDays(plan, matters),
  ];
}

/** The days that are to come before the first one, and do not. */
function lateDays({ sessions, held, allocation, applications }: Plan, matters: DayMatters): FieldError[] {
  const [first] = sessions;
  const isLate = (what: 'held' | 'closing', day: string | undefined) =>
    first !== undefined && day !== undefined && day >= first.day && matters(what, day);
  const errors = held.flatMap(({ until }, index) =>
    isLate('held', until)
      ? [{ field: `held.${String(index)}.until`, message: 'Places are held until a day before the first day' }]
      : [],
  );
  if (isLate('closing', allocation?.closesOn)) {
    errors.push({ field: 'allocation.closesOn', message: 'Claims close on a day before the first day' });
  }
  if (isLate('closing', applications?.closesOn)) {
    errors.push({ field: 'applications.closesOn', message: 'Applications close on a day before the first day' });
  }
  return errors;
}

function heldErrors({ held, capacity, limit }: Plan): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, { organisation, places }] of held.entries()) {
    const field = `held.${String(index)}`;
    if (held.findIndex((other) => other.organisation === organisation) < index) {
      errors.push({ field: `${field}.organisation`, message: 'Places are held for this organisation already' });
    }
    if (places > limit) errors.push({ field: `${field}.places`, message: 'More than one organisation may hold' });
  }
  const all = held.reduce((sum, { places }) => sum + places, 0);
  if (all > capacity) errors.push({ field: 'held', message: 'More places are held than there are' });
  return errors;
}

function allocationErrors({ allocation, opensAt, capacity, waitlist }: Plan): FieldError[] {
  if (allocation === undefined) return [];
  const { closesOn, method, priorities } = allocation;
  const errors: FieldError[] = [];
  if (endOfDay(closesOn) <= new Date(opensAt)) {
    errors.push({ field: 'allocation.closesOn', message: 'Claims close after they open' });
  }
  // Everybody waits until the order is fixed: with less room than this, claims would be turned away before it counts.
  if (waitlist < capacity) {
    errors.push({
      field: 'waitlist',
      message: 'Where places are allocated, at least as many may wait as there are places',
    });
  }
  if ((method === 'by-priority') !== priorities.length > 0 || new Set(priorities).size < priorities.length) {
    const message = 'Each priority once, for the method by priority and for it alone';
    errors.push({ field: 'allocation.priorities', message });
  }
  return errors;
}

function applicationsErrors({ applications, allocation, opensAt }: Plan): FieldError[] {
  if (applications === undefined) return [];
  const { closesOn } = applications;
  const errors: FieldError[] = [];
  if (allocation !== undefined) {
    errors.push({ field: 'applications', message: 'Places are allocated to claims, or given to people who apply' });
  }
  if (endOfDay(closesOn) <= new Date(opensAt)) {
    errors.push({ field: 'applications.closesOn', message: 'Applications close after they open' });
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

/** From which day (ISO date, Europe/London) on a name on a place is changed with the host's agreement alone. */
export function freezesOn({ firstDay, naming }: Pick<Cohort, 'firstDay' | 'naming'>): string {
  return dayAfter(firstDay, -naming.freezeDaysBefore);
}

/**
 * The first and the last day of a plan. Refuses with `request.invalid` a plan that does not fit together, as far as its days
 * matter.
 */
export function checkedDays(plan: Plan, matters = allMatter): { readonly firstDay: string; readonly lastDay: string } {
  const fields = planErrors(plan, matters);
  const firstDay = plan.sessions[0]?.day;
  const lastDay = plan.sessions.at(-1)?.day;
  if (fields.length > 0 || firstDay === undefined || lastDay === undefined) {
    throw refusal('request.invalid', undefined, { fields });
  }
  return { firstDay, lastDay };
}
