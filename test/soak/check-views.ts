import { z } from 'zod';
import { keys } from '../../shared/table/keys.ts';
import type { Table } from '../../shared/table/table.ts';
import { cohortIn, heldIn, type Image } from './images.ts';
import type { Violations } from './violations.ts';

const listedSchema = z.object({ free: z.int(), waiting: z.int(), capacity: z.int(), v: z.int() });
const placesSchema = z.object({ confirmed: z.array(z.int()), waiting: z.array(z.int()) });
const dueSchema = z.object({ sk: z.string(), gsi1pk: z.string(), tickets: z.array(z.int()).optional() });

/** Checks, when everything is relayed, that the views of a cohort say what its newest image gives. */
export async function checkViews(
  table: Table,
  image: Image,
  organisations: readonly string[],
  violations: Violations,
): Promise<void> {
  const cohort = cohortIn(image);
  const held = heldIn(image);
  const stale = (view: string, shown: unknown) => {
    violations.add('stale-view', `${cohort} ${view}`, JSON.stringify(shown));
  };
  const [audience = '', firstDay = ''] = image.listed.split('#');
  const listed = await table.get(keys.openCohort(audience, firstDay, cohort), listedSchema, { consistent: true });
  const confirmed = held.filter((place) => place.confirmed).length;
  const counts = [image.capacity, image.capacity - confirmed, held.length - confirmed];
  if (listed === undefined || String([listed.capacity, listed.free, listed.waiting]) !== String(counts))
    stale('listing', listed);
  for (const organisation of organisations) {
    const key = keys.organisationPlaces(organisation, cohort);
    const shown = (await table.get(key, placesSchema, { consistent: true })) ?? { confirmed: [], waiting: [] };
    const mine = held.filter((place) => place.organisation === organisation);
    const ticketsOf = (state: boolean) =>
      String(mine.flatMap((place) => (place.confirmed === state ? [place.ticket] : [])));
    if (String(shown.confirmed) !== ticketsOf(true) || String(shown.waiting) !== ticketsOf(false)) {
      stale(organisation, shown);
    }
  }
  await checkDue(table, image, stale);
}

/** Each wait with an end, and each tombstone, must have something due; else it would stand there for ever. */
async function checkDue(table: Table, image: Image, stale: (view: string, shown: unknown) => void): Promise<void> {
  const ledger = keys.ledger(cohortIn(image));
  const readAll = async (kind: string) => {
    const { pk, prefix } = keys.deadlinesOf(ledger, kind);
    return await table.query({ pk, prefix, limit: 1000, consistent: true }, dueSchema);
  };
  const lapses = new Set((await readAll('lapse-wait')).map(({ sk }) => sk));
  for (const place of heldIn(image)) {
    const waits = !place.confirmed && image.until[place.claim] !== undefined;
    if (waits && !lapses.has(keys.deadline(ledger, 'lapse-wait', place.claim).sk)) stale('lapse-wait', place);
  }
  const compacted = new Set((await readAll('compact-ledger')).flatMap(({ tickets = [] }) => tickets));
  for (const ticket of Object.values(image.entries)) {
    if (ticket < 0 && !compacted.has(-ticket)) stale('compact-ledger', ticket);
  }
}
