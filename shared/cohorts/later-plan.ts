import type { CohortDetails } from './cohort.ts';

const dayMilliseconds = 86_400_000;

/** How many days one day (ISO date) comes after another; negative when it comes before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMilliseconds);
}

/** The day (ISO date) so many days after another. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMilliseconds).toISOString().slice(0, 10);
}

/**
 * A plan so many days later, or earlier when they are negative: every session keeps its times in Europe/London and its
 * venue, and the gaps between them stay.
 */
export function laterPlan(plan: CohortDetails, days: number): CohortDetails {
  return { ...plan, sessions: plan.sessions.map((session) => ({ ...session, day: dayAfter(session.day, days) })) };
}
