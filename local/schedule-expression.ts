/** When a schedule strikes next: strictly after a moment, or undefined when never again. */
export type Schedule = (after: Date) => Date | undefined;

const MINUTE = 60_000;
const units: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly names: readonly string[];
}

const fields: readonly Field[] = [
  { name: 'minutes', first: 0, last: 59, names: [] },
  { name: 'hours', first: 0, last: 23, names: [] },
  { name: 'day of month', first: 1, last: 31, names: [] },
  { name: 'month', first: 1, last: 12, names: monthNames },
  { name: 'day of week', first: 1, last: 7, names: dayNames },
  { name: 'year', first: 1970, last: 2199, names: [] },
];

function numberOf(text: string, { name, first, last, names }: Field): number {
  const index = names.indexOf(text.toUpperCase());
  const value = index === -1 ? Number(text) : index + 1;
  if (!/^\d+$/.test(text) && index === -1) throw new Error(`"${text}" in its ${name} cannot be run locally.`);
  if (value < first || value > last) throw new Error(`"${text}" in its ${name} is not between ${first} and ${last}.`);
  return value;
}

/** The values that one part of a field allows: `*`, `?`, `5`, `1-5`, each with an optional step `/2`. */
function valuesOf(part: string, field: Field): number[] {
  const [range = '', step] = part.split('/');
  const [from = '', to] = range.split('-');
  const everything = range === '*' || range === '?';
  const start = everything ? field.first : numberOf(from, field);
  const end = everything || (step !== undefined && to === undefined) ? field.last : numberOf(to ?? from, field);
  const by = step === undefined ? 1 : Number(step);
  if (!Number.isInteger(by) || by < 1) throw new Error(`"${part}" in its ${field.name} cannot be run locally.`);
  const values: number[] = [];
  for (let value = start; value <= end; value += by) values.push(value);
  return values;
}

function cron(text: string): Schedule {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length) throw new Error('a cron expression has six fields.');
  const [minutes, hours, days, months, weekdays, years] = fields.map(
    (field, index) => new Set((parts[index] ?? '').split(',').flatMap((part) => valuesOf(part, field))),
  );
  const dayMatches = (at: Date) =>
    years?.has(at.getUTCFullYear()) === true &&
    months?.has(at.getUTCMonth() + 1) === true &&
    days?.has(at.getUTCDate()) === true &&
    weekdays?.has(at.getUTCDay() + 1) === true;
  return (after) => {
    const at = new Date(Math.floor(after.getTime() / MINUTE) * MINUTE + MINUTE);
    // Four years hold every date that there is, the 29th of February too.
    for (const end = at.getTime() + 4 * 366 * 24 * 60 * MINUTE; at.getTime() < end;) {
      if (!dayMatches(at)) at.setUTCHours(24, 0, 0, 0);
      else if (hours?.has(at.getUTCHours()) !== true) at.setUTCHours(at.getUTCHours() + 1, 0, 0, 0);
      else if (minutes?.has(at.getUTCMinutes()) !== true) at.setUTCMinutes(at.getUTCMinutes() + 1);
      else return at;
    }
    return undefined;
  };
}

/**
 * Reads an EventBridge schedule: `rate(5 minutes)` counts from `start`, `cron(0 6 ? * MON-FRI *)` is in UTC. Refuses
 * (throws) what it cannot run: `L`, `W` and `#` among it.
 */
export function readSchedule(expression: string, start: Date): Schedule {
  const [, kind, text = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'cron') return cron(text);
  const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(text) ?? [];
  const length = Number(count) * (units[unit ?? ''] ?? Number.NaN);
  if (kind !== 'rate' || !(length > 0)) throw new Error(`${expression} cannot be run locally.`);
  return (after) => {
    const passed = Math.floor((after.getTime() - start.getTime()) / length) + 1;
    return new Date(start.getTime() + Math.max(1, passed) * length);
  };
}
