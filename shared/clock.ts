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
 * The instant at which a day (ISO date, Europe/London) ends: midnight there, which is 23:00 UTC in summer.
 * A wait "until 12 June" is good for the whole of 12 June.
 */
export function endOfDay(day: string): Date {
  const midnightUtc = new Date(`${day}T00:00:00Z`);
  midnightUtc.setUTCDate(midnightUtc.getUTCDate() + 1);
  const hour = Number(london.formatToParts(midnightUtc).find((part) => part.type === 'hour')?.value ?? '0');
  return new Date(midnightUtc.getTime() - hour * 3_600_000);
}
