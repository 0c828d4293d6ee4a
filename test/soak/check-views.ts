import { z } from 'zod';
import { keys } from '../../shared/table/keys.ts';
import type { Table } from '../../shared/table/table.ts';
import { cohortIn, heldIn, type Image } from './images.ts';
import type { Violations } from './violations.ts';

/** What is gone may never have been there: its opening can be relayed after its end. */
const listedSchema = z.object({
  free: z.int().optional(),
  waiting: z.int().optional(),
  capacity: z.int().optional(),
  gone: z.boolean().optional(),
});
const placesSchema = z.object({ status: z.string(), confirmed: z.array(z.int()), waiting: z.array(z.int()) });
const dueSchema = z.object({ sk: z.string(), gsi1sk: z.string(), tickets: z.array(z.int()).default([]) });

type Stale = (view: string, shown: unknown) => void;

/** Checks, when everything is relayed, that the views of a cohort say what its newest image gives. */
export async function checkViews(
  table: Table,
  image: Image,
  organisations: readonly string[],
  violations: Violations,
): Promise<void> {
  const stale: Stale = (view, shown) => {
    violations.add('stale-view', `${cohortIn(image)} ${view}`, JSON.stringify(shown));
  };
  await Promise.all([
    checkListing(table, image, stale),
    ...organisations.map(async (organisation) => {
      await checkPlaces(table, image, organisation, stale);
    }),
    checkDue(table, image, stale),
  ]);
}

/** An open cohort is listed with what is free; one that is closed is listed no more. */
async function checkListing(table: Table, image: Image, stale: Stale): Promise<void> {
  const [audience = '', firstDay = ''] = image.listed.split('#');
  const key = keys.openCohort(audience, firstDay, cohortIn(image));
  const listed = await table.get(key, listedSchema, { consistent: true });
  const confirmed = heldIn(image).filter((place) => place.confirmed).length;
  const counts = [image.capacity, image.capacity - confirmed, heldIn(image).length - confirmed];
  const shown =
    image.status === 'open'
      ? listed?.gone !== true && String([listed?.capacity, listed?.free, listed?.waiting]) === String(counts)
      : listed?.gone === true;
  if (!shown) stale('listing', listed);
}

async function checkPlaces(table: Table, image: Image, organisation: string, stale: Stale): Promise<void> {
  const key = keys.organisationPlaces(organisation, cohortIn(image));
  const none = { status: image.status, confirmed: [], waiting: [] };
  const shown = (await table.get(key, placesSchema, { consistent: true })) ?? none;
  const mine = heldIn(image).filter((place) => place.organisation === organisation);
  const ticketsOf = (state: boolean) =>
    String(mine.flatMap((place) => (place.confirmed === state ? [place.ticket] : [])));
  if (String(shown.confirmed) !== ticketsOf(true) || String(shown.waiting) !== ticketsOf(false))
    stale(organisation, shown);
  else if (mine.length > 0 && shown.status !== image.status) stale(organisation, shown);
}

/**
 * Each wait with an end, each place without a name, each tombstone and what is to be allocated must have something due; else
 * it would stand there for ever. A wait with a named person does not lapse until the name is taken away.
 */
async function checkDue(table: Table, image: Image, stale: Stale): Promise<void> {
  if (image.status === 'cancelled') return;
  const ledger = keys.ledger(cohortIn(image));
  const readAll = async (kind: string) => {
    const { pk, prefix } = keys.deadlinesOf(ledger, kind);
    return await table.query({ pk, prefix, limit: 1000, consistent: true }, dueSchema);
  };
  const lapses = new Set((await readAll('lapse-wait')).map(({ sk }) => sk));
  for (const place of heldIn(image)) {
    const waits = !place.confirmed && place.until !== undefined && image.named?.has(place.ticket) !== true;
    if (waits && !lapses.has(keys.deadline(ledger, 'lapse-wait', place.claim).sk)) stale('lapse-wait', place);
  }
  const ticketsOf = async (kind: string) => new Set((await readAll(kind)).flatMap(({ tickets }) => tickets));
  const due = {
    'remind-naming': await ticketsOf('remind-naming'),
    'release-places': await ticketsOf('release-places'),
  };
  const isLookedInto = (await readAll('remind-anew')).length > 0;
  for (const { ticket, confirmed } of heldIn(image)) {
    const kind = image.reminded?.has(ticket) === true ? 'release-places' : 'remind-naming';
    const isDue = due[kind].has(ticket) || (kind === 'release-places' && isLookedInto);
    if (confirmed && image.named?.has(ticket) !== true && !isDue) stale(kind, ticket);
  }
  const isCollecting = image.collecting !== undefined && image.lateFrom === undefined;
  if (isCollecting && (await readAll('collect-claims')).length === 0) stale('collect-claims', image.collecting);
  const compacted = await ticketsOf('compact-ledger');
  for (const ticket of Object.values(image.entries)) {
    if (ticket < 0 && !compacted.has(-ticket)) stale('compact-ledger', ticket);
  }
}
