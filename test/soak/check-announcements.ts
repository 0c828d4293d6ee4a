import type { Envelope } from '../../shared/events/envelope.ts';
import type { FeedEntry, FeedEvent } from '../../shared/events/feed-entry.ts';
import { cohortIn, heldIn, type Held, type Image } from './images.ts';
import type { Violations } from './violations.ts';

/** The installation's epoch in these histories. */
export const epoch = 1;

/** An event that must be told, worked out from two images by the checker itself, and where it has not been yet. */
interface Due {
  readonly content: string;
  readonly audience: ReadonlySet<string>;
  readonly unseenIn: Set<string>;
  onBus: boolean;
  inHistory: boolean;
}

/**
 * Checks that what the images give is told, all of it and nothing else, to the bus, to history, and in the feeds of
 * exactly those who may know.
 */
export function checkAnnouncements(violations: Violations) {
  const dues = new Map<string, Due>();
  const before = new Map<string, Image>();
  const followed = new Map<string, number>();

  /** Undefined, and a violation, when no image gives such an event. */
  function dueOf(event: FeedEvent, where: string): Due | undefined {
    const due = dues.get(event.id);
    if (due?.content === contentOf(event)) return due;
    violations.add('invented-event', where, `${event.id}: ${contentOf(event)} for ${due?.content ?? 'nothing'}`);
    return undefined;
  }

  return {
    image(image: Image): void {
      for (const event of eventsIn(before.get(image.pk), image)) {
        const { audience, ...told } = event;
        dues.set(event.id, {
          content: contentOf(told),
          audience: new Set(audience),
          unseenIn: new Set(audience),
          onBus: false,
          inHistory: false,
        });
      }
      before.set(image.pk, image);
    },

    bus(events: readonly Envelope[]): void {
      for (const event of events) {
        const due = dueOf(event, 'bus');
        if (due === undefined) continue;
        due.onBus = true;
        const told = new Set(event.audience === 'all' ? ['ALL'] : event.audience);
        if (told.size !== due.audience.size || ![...told].every((feed) => due.audience.has(feed)))
          violations.add('foreign-event', 'bus', event.id);
      }
    },

    /** What a follower reads, in the order in which it reads it; its positions must be without a gap. */
    follow(feed: string, entries: readonly FeedEntry[]): void {
      for (const { position, events } of entries) {
        const last = followed.get(feed) ?? 0;
        if (position !== last + 1) violations.add('feed-gap', `${feed} ${String(position)}`, `follows ${String(last)}`);
        followed.set(feed, position);
        for (const event of events) {
          const due = dueOf(event, feed);
          if (due?.audience.has(feed) === false) violations.add('foreign-event', feed, event.id);
          due?.unseenIn.delete(feed);
        }
      }
    },

    /** A feed read whole at the end: what is in it, the follower must have seen. */
    whole(feed: string, entries: readonly FeedEntry[]): void {
      for (const { position, events } of entries) {
        for (const { id } of events) {
          if (dues.get(id)?.unseenIn.delete(feed) === true)
            violations.add('skipped-entry', `${feed} ${String(position)}`, `${id} was never seen by the follower`);
        }
      }
    },

    /** A cohort's whole history by version: also tells it over again, and so sees who was told what in which order. */
    history(pk: string, changes: readonly { readonly version: number; readonly events: readonly Envelope[] }[]): void {
      const newest = before.get(pk)?.version ?? 0;
      const versions = new Set(changes.map(({ version }) => version));
      for (let version = 1; version <= newest; version += 1) {
        if (!versions.has(version)) violations.add('lost-version', `${pk} ${String(version)}`, 'is not in history');
      }
      for (const event of changes.flatMap(({ events }) => events)) {
        const due = dueOf(event, 'history');
        if (due !== undefined) due.inHistory = true;
      }
      retell(pk, changes, violations);
    },

    finish(): void {
      for (const [id, due] of dues) {
        if (!due.onBus) violations.add('lost-event', 'bus', id);
        if (!due.inHistory) violations.add('lost-event', 'history', id);
        for (const feed of due.unseenIn) violations.add('lost-event', feed, id);
      }
    },

    get events(): number {
      return dues.size;
    },
  };
}

/** Follows every place through what was announced: nobody may be confirmed before another who was told to wait earlier. */
function retell(
  pk: string,
  changes: readonly { readonly version: number; readonly events: readonly Envelope[] }[],
  violations: Violations,
): void {
  const waiting = new Set<number>();
  const confirmed = new Set<number>();
  let capacity = 0;
  for (const { version, events } of changes) {
    for (const { type, data } of events) {
      if (typeof data['capacity'] === 'number') capacity = data['capacity'];
      if (type !== 'place.given-back' && type !== 'place.lapsed') continue;
      for (const ticket of ticketsOf(data)) {
        if (!waiting.delete(ticket) && !confirmed.delete(ticket))
          violations.add('given-back-twice', `${pk} ${String(version)}`, String(ticket));
      }
    }
    const promoted = events.flatMap(({ type, data }) => (type === 'place.confirmed' ? ticketsOf(data) : []));
    const queued = events.flatMap(({ type, data }) => (type === 'place.waiting' ? ticketsOf(data) : []));
    for (const ticket of promoted) {
      waiting.delete(ticket);
      confirmed.add(ticket);
    }
    const first = Math.min(...waiting, ...queued);
    for (const ticket of promoted) {
      if (ticket > first)
        violations.add('unfair-promotion', `${pk} ${String(version)}`, `${String(ticket)} before ${String(first)}`);
    }
    for (const ticket of queued) waiting.add(ticket);
    if (confirmed.size > capacity) violations.add('oversold', `${pk} ${String(version)}`, 'by what was announced');
  }
}

function ticketsOf(data: Readonly<Record<string, unknown>>): number[] {
  const { tickets } = data;
  return Array.isArray(tickets) ? tickets.filter((ticket) => typeof ticket === 'number') : [];
}

/** What the two images give, by the wording of the event catalogue and without any of the code that announces it. */
function eventsIn(was: Image | undefined, is: Image): (FeedEvent & { readonly audience: readonly string[] })[] {
  const cohort = cohortIn(is);
  const { at, type: change, audience } = is.change;
  const envelope = (type: string, distinction: readonly number[], data: Readonly<Record<string, unknown>>) => {
    const id = [cohort, epoch, is.version, type, ...distinction].join('.');
    return { id, type, version: 1, at, aggregate: cohort, aggregateVersion: is.version, data };
  };
  const standing = { was: was === undefined ? [] : heldIn(was), is: heldIn(is) };
  const earlier = new Map(standing.was.map((place) => [place.ticket, place]));
  const alive = new Set(standing.is.map(({ ticket }) => ticket));
  const claimed = standing.is.filter(({ ticket }) => !earlier.has(ticket));
  const gone = standing.was.filter(({ ticket }) => !alive.has(ticket));
  const told: [string, readonly Held[]][] = [
    ['place.claimed', claimed],
    [change === 'lapsed' ? 'place.lapsed' : 'place.given-back', gone],
    [
      'place.confirmed',
      standing.is.filter((place) => place.confirmed && earlier.get(place.ticket)?.confirmed !== true),
    ],
    ['place.waiting', claimed.filter((place) => !place.confirmed)],
  ];
  const places = told.flatMap(([type, held]) =>
    [...Map.groupBy(held, ({ organisation }) => organisation)].map(([organisation, theirs]) => {
      const tickets = theirs.map(({ ticket }) => ticket);
      const about = envelope(type, tickets.slice(0, 1), { cohort, organisation, tickets });
      return { ...about, audience: [...new Set([organisation, is.host])] };
    }),
  );
  if (!['opened', 'capacity-changed'].includes(change)) return places;
  const confirmed = standing.is.filter((place) => place.confirmed).length;
  const counts = { free: is.capacity - confirmed, waiting: standing.is.length - confirmed };
  const about = envelope(`cohort.${change}`, [], { cohort, host: is.host, capacity: is.capacity, ...counts });
  return [
    { ...about, audience: audience === 'all' ? ['ALL'] : [...new Set([is.host, ...(audience ?? [])])] },
    ...places,
  ];
}

function contentOf({ type, at, aggregate, aggregateVersion, data }: FeedEvent): string {
  return JSON.stringify([
    type,
    at,
    aggregate,
    aggregateVersion,
    Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1)),
  ]);
}
