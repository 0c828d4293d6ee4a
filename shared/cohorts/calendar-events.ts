import { instantOf } from '../clock.ts';
import type { CohortAnswer } from './cohort-answer.ts';
import type { Cohort } from './cohort.ts';
import type { PlannedSession } from './session.ts';

/** A session as a calendar has it. */
export interface CalendarEvent {
  /** The same for the same session, whenever it is moved. */
  readonly uid: string;
  /** Higher at each change of the plan, and once more when the cohort is cancelled. */
  readonly sequence: number;
  /** When the plan was last changed. */
  readonly stamp: Date;
  readonly start: Date;
  readonly end: Date;
  readonly summary: string;
  readonly location: string | undefined;
  readonly status: 'tentative' | 'confirmed' | 'cancelled';
}

/**
 * The sessions of a cohort as calendar events, the same at each reading: tentative while it is a draft, cancelled when it
 * is, and so too those that were called off when it was moved. They say what is held where and when, and nothing of anybody.
 */
export function calendarEventsOf(cohort: Cohort, status: CohortAnswer['status']): CalendarEvent[] {
  const sequence = cohort.version + (status === 'cancelled' ? 1 : 0);
  const noted = ({ id, day, from, to, venue }: PlannedSession) => ({
    uid: `${cohort.id}.${id}@cohortium`,
    sequence,
    stamp: new Date(cohort.change.at),
    start: instantOf(day, from),
    end: instantOf(day, to),
    summary: calendarTitle(cohort),
    location: venue,
  });
  return [
    ...cohort.sessions.map((session) => ({ ...noted(session), status: statusOf(status) })),
    ...(cohort.calledOff ?? []).map((session) => ({ ...noted(session), status: 'cancelled' as const })),
  ];
}

/** What a cohort is called in a calendar: its programme's title, and its own name. */
export function calendarTitle({ title, name }: Pick<Cohort, 'title' | 'name'>): string {
  return `${title}: ${name}`;
}

function statusOf(status: CohortAnswer['status']): CalendarEvent['status'] {
  switch (status) {
    case 'draft':
      return 'tentative';
    case 'open':
    case 'closed':
      return 'confirmed';
    case 'cancelled':
      return 'cancelled';
  }
}
