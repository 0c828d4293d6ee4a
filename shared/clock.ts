/** The one source of time. Tests and the local run give one that can be moved. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Whole seconds since 1970, as DynamoDB's time to live and the ledger keep instants. */
export function epochSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

const london = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: '2-digit',
  hourCycle: 'h23',
  day: '2-digit',
});

/**
 * The instant of a time of day (HH:MM) on a day (ISO date) in Europe/London: an hour before the same in UTC in summer. Of
 * the hour that comes twice in autumn it is the first; in the one that is left out in spring, as much later.
 */
export function instantOf(day: string, time: string): Date {
  const inWinter = new Date(`${day}T${time}:00Z`);
  const inSummer = new Date(inWinter.getTime() - 3_600_000);
  return hourInLondon(inSummer) === inWinter.getUTCHours() ? inSummer : inWinter;
}

const londonDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' });

/** The day (ISO date) of an instant in Europe/London. */
export function dayOf(instant: Date): string {
  return londonDay.format(instant);
}

function hourInLondon(instant: Date): number {
  return Number(london.formatToParts(instant).find((part) => part.type === 'hour')?.value ?? '0');
}

/**
 * The instant at which a day (ISO date, Europe/London) ends: midnight there, which is 23:00 UTC in summer.
 * A wait "until 12 June" is good for the whole of 12 June.
 */
export function endOfDay(day: string): Date {
  const midnightUtc = new Date(`${day}T00:00:00Z`);
  midnightUtc.setUTCDate(midnightUtc.getUTCDate() + 1);
  return new Date(midnightUtc.getTime() - hourInLondon(midnightUtc) * 3_600_000);
}

/** The instant at which a day (ISO date, Europe/London) begins: midnight there. */
export function beginningOf(day: string): Date {
  return endOfDay(dayAfter(day, -1));
}

/** The day (ISO date) so many days after another; before it when they are negative. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
