const day = 86_400_000;

/** A day of a month some months before that of `today`, at nine in the morning (UTC). */
export function dayOfMonthBefore(today: Date, monthsBefore: number, dayOfMonth: number): Date {
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - monthsBefore, dayOfMonth, 9));
}

/** The month some months before that of `today`, as the API names it: `2026-10`. */
export function monthBefore(today: Date, monthsBefore: number): string {
  return dayOfMonthBefore(today, monthsBefore, 1).toISOString().slice(0, 7);
}

/** When the sample data begins: so that two months have passed since, and the feeds (ninety days) still tell all of it. */
export function beginningOfSample(today: Date): Date {
  return dayOfMonthBefore(today, 2, 10);
}

/** So many days after an instant, or before it. */
export function daysAfter(instant: Date, days: number): Date {
  return new Date(instant.getTime() + days * day);
}

/** How many midnights (UTC) there are from one instant to another. */
export function daysBetween(from: Date, to: Date): number {
  return Math.floor(to.getTime() / day) - Math.floor(from.getTime() / day);
}

/** The date of an instant (ISO, UTC). */
export function dateOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** The first Tuesday from an instant on, as courses like them. */
export function tuesdayFrom(instant: Date): Date {
  return daysAfter(instant, (9 - instant.getUTCDay()) % 7);
}

/** The season and year of a day, such as `Spring 2027`, by which cohorts are named. */
export function seasonOf(first: Date): string {
  const season = ['Winter', 'Spring', 'Summer', 'Autumn'][Math.floor(((first.getUTCMonth() + 1) % 12) / 3)] ?? '';
  return `${season} ${String(first.getUTCFullYear())}`;
}

/** Sessions on some days, all at one place. */
export function sessionsOn(days: readonly Date[], venue: string) {
  return days.map((date) => ({ day: dateOf(date), from: '09:30', to: '16:30', venue }));
}
