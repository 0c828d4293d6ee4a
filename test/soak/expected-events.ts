import { cohortIn, heldIn, type Held, type Image } from './images.ts';
import type { FeedEvent } from '../../shared/events/feed-entry.ts';

/** The installation's epoch in these histories. */
export const epoch = 1;

/** An event that must be told, and in which feeds. */
export interface ExpectedEvent {
  readonly event: FeedEvent;
  readonly feeds: ReadonlySet<string>;
}

const aboutCohorts = new Set([
  'opened',
  'closed',
  'cancelled',
  'capacity-changed',
  'claims-collected',
  'places-allocated',
]);
/** Why places are gone that are no longer there; by whatever else they were given back. */
const reasonsGone: Readonly<Record<string, string>> = { lapsed: 'place.lapsed', released: 'place.released' };
/** Nothing is released sooner after its reminder. */
const afterReminder = 3 * 86_400_000;

/** What two images give, by the wording of the event catalogue and without any of the code that announces it. */
export function expectedEvents(was: Image | undefined, is: Image): ExpectedEvent[] {
  const standing = { was: was === undefined ? [] : heldIn(was), is: heldIn(is) };
  const earlier = new Map(standing.was.map((place) => [place.ticket, place]));
  const alive = new Set(standing.is.map(({ ticket }) => ticket));
  const claimed = standing.is.filter(({ ticket }) => !earlier.has(ticket));
  const gone = standing.was.filter(({ ticket }) => !alive.has(ticket));
  const flagged = (tickets: ReadonlySet<number> | undefined, { ticket }: Held) => tickets?.has(ticket) === true;
  const told: [string, readonly Held[]][] = [
    ['place.held', claimed.filter(({ reserved }) => reserved)],
    ['place.claimed', claimed.filter(({ reserved }) => !reserved)],
    [reasonsGone[is.change.type] ?? 'place.given-back', gone],
    [
      'place.confirmed',
      standing.is.filter((place) => place.confirmed && earlier.get(place.ticket)?.confirmed !== true),
    ],
    ['place.waiting', claimed.filter((place) => !place.confirmed)],
    ['place.named', standing.is.filter((place) => flagged(is.named, place) && !flagged(was?.named, place))],
    ['place.unnamed', standing.is.filter((place) => flagged(was?.named, place) && !flagged(is.named, place))],
    ['place.naming-due', standing.is.filter((place) => flagged(is.reminded, place) && !flagged(was?.reminded, place))],
  ];
  const places = told.flatMap(([type, held]) =>
    [...Map.groupBy(held, ({ organisation }) => organisation)].map(([organisation, theirs]) => {
      const tickets = theirs.map(({ ticket }) => ticket).sort((one, other) => one - other);
      const more = type === 'place.naming-due' ? { releasedAt: releasedAt(is) } : {};
      const event = enclosed(is, type, String(tickets[0]), { cohort: cohortIn(is), organisation, tickets, ...more });
      return { event, feeds: new Set([organisation, is.host]) };
    }),
  );
  if (!aboutCohorts.has(is.change.type)) return places;
  const { audience } = is.change;
  const event = enclosed(is, `cohort.${is.change.type}`, undefined, countsIn(is));
  return [{ event, feeds: new Set(audience === 'all' ? ['ALL'] : [is.host, ...(audience ?? [])]) }, ...places];
}

/** What may be told anew of an image, when it, or something before it, was lost. */
export function expectedRestatement(is: Image): ExpectedEvent[] {
  const day = is.dueSince === undefined ? {} : { firstDay: is.listed.slice(is.listed.indexOf('#') + 1) };
  const counts = enclosed(is, 'cohort.places-restated', undefined, { ...countsIn(is), status: is.status, ...day });
  const holders = Object.keys(is.live).map((short) => `org_${short}`);
  const places = holders.map((organisation) => {
    const mine = heldIn(is).filter((place) => place.organisation === organisation);
    const ticketsOf = (confirmed: boolean) =>
      mine.flatMap((place) => (place.confirmed === confirmed ? [place.ticket] : []));
    const data = { cohort: cohortIn(is), organisation, confirmed: ticketsOf(true), waiting: ticketsOf(false) };
    return {
      event: enclosed(is, 'place.restated', organisation, data),
      feeds: new Set([organisation, is.host]),
    };
  });
  const all = is.listed.startsWith('ALL#');
  return [{ event: counts, feeds: new Set(all ? ['ALL'] : [is.host, ...holders]) }, ...places];
}

/** All that an event says, in one string, whatever the order of its fields. */
export function contentOf({ type, at, aggregate, aggregateVersion, data }: FeedEvent): string {
  const fields = Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([type, at, aggregate, aggregateVersion, fields]);
}

/** When places are released of whose holders this image is the reminder. */
function releasedAt({ change }: Image): string {
  const soonest = Date.parse(change.at) + afterReminder;
  return new Date(Math.max(soonest, Date.parse(change.nameBy ?? change.at))).toISOString();
}

function countsIn(image: Image): Readonly<Record<string, unknown>> {
  const confirmed = heldIn(image).filter((place) => place.confirmed).length;
  return {
    cohort: cohortIn(image),
    host: image.host,
    capacity: image.capacity,
    free: image.capacity - confirmed,
    waiting: heldIn(image).length - confirmed,
  };
}

function enclosed(
  image: Image,
  type: string,
  distinction: string | undefined,
  data: Readonly<Record<string, unknown>>,
): FeedEvent {
  const aggregate = cohortIn(image);
  const parts = [aggregate, epoch, image.version, type, ...(distinction === undefined ? [] : [distinction])];
  const about = { version: 1, at: image.change.at, aggregate, aggregateVersion: image.version };
  return { id: parts.join('.'), type, ...about, data };
}
