import { dayAfter } from '../clock.ts';
import type { CohortDetails } from './cohort.ts';

const dayMilliseconds = 86_400_000;

/** How many days one day (ISO date) comes after another; negative when it comes before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMilliseconds);
}

/**
 * A plan so many days later, or earlier when they are negative: every session keeps its times in Europe/London and its
 * venue, the gaps between them stay, and so do those to the days until which places are held, claims are collected and people apply.
 */
export function laterPlan({ allocation, applications, ...plan }: CohortDetails, days: number): CohortDetails {
  return {
    ...plan,
    sessions: plan.sessions.map((session) => ({ ...session, day: dayAfter(session.day, days) })),
    held: plan.held.map((holding) => ({ ...holding, until: dayAfter(holding.until, days) })),
    ...(allocation === undefined
      ? {}
      : { allocation: { ...allocation, closesOn: dayAfter(allocation.closesOn, days) } }),
    ...(applications === undefined
      ? {}
      : { applications: { ...applications, closesOn: dayAfter(applications.closesOn, days) } }),
  };
}
