import * as z from 'zod';
import type { Announcement, Audience } from '../events/define-event.ts';
import { cohortOf, countsOf, placesOf, standingOf, type Entry, type Ledger } from './ledger.ts';
import { releaseAt, reminderSchema } from './naming.ts';
import { placeEnds, type PlaceEnd } from './place-states.ts';
import {
  cohortCancelled,
  cohortCapacityChanged,
  cohortClaimsCollected,
  cohortClosed,
  cohortMoved,
  cohortOpened,
  cohortPlacesAllocated,
  cohortPlacesRestated,
  placeClaimed,
  placeConfirmed,
  placeGivenBack,
  placeHeld,
  placeLapsed,
  placeMoved,
  placeNamed,
  placeNamingDue,
  placePassedOn,
  placeReleased,
  placeRestated,
  placeUnnamed,
  placeWaiting,
} from './places-events.ts';

const audienceSchema = z.object({ audience: z.union([z.literal('all'), z.array(z.string())]) });
const cohortChanges: Readonly<
  Record<
    string,
    | typeof cohortOpened
    | typeof cohortClosed
    | typeof cohortCancelled
    | typeof cohortCapacityChanged
    | typeof cohortClaimsCollected
    | typeof cohortPlacesAllocated
  >
> = {
  opened: cohortOpened,
  closed: cohortClosed,
  cancelled: cohortCancelled,
  'capacity-changed': cohortCapacityChanged,
  'claims-collected': cohortClaimsCollected,
  'places-allocated': cohortPlacesAllocated,
};
/** What is told of places that are no longer there, by the change that took them. */
const endings: Readonly<Record<PlaceEnd, typeof placeLapsed | typeof placeReleased | typeof placeGivenBack>> = {
  'given-back': placeGivenBack,
  lapsed: placeLapsed,
  released: placeReleased,
};

/**
 * What happened to a cohort's places between two images of its ledger. The change says why (a claim, a give-back, a lapse);
 * who was confirmed and who waits is worked out from the images, so that a promotion cannot be forgotten.
 */
export function eventsOfLedger(before: Ledger | undefined, after: Ledger): Announcement[] {
  const was = standingIn(before);
  const is = standingIn(after);
  const isNew = (ticket: number) => !was.confirmed.has(ticket) && !was.waiting.has(ticket);
  const claimed = [...is.confirmed.values(), ...is.waiting.values()].filter(({ ticket }) => isNew(ticket));
  const confirmed = [...is.confirmed.values()].filter(({ ticket }) => !was.confirmed.has(ticket));
  const waiting = claimed.filter(({ ticket }) => is.waiting.has(ticket));
  const gone = [...was.confirmed.values(), ...was.waiting.values()].filter(
    ({ ticket }) => !is.confirmed.has(ticket) && !is.waiting.has(ticket),
  );
  const all = [...is.confirmed.values(), ...is.waiting.values()];
  const flagged = (ledger: Ledger | undefined, { ticket }: Entry) => ledger?.named?.has(ticket) === true;
  return [
    ...aboutCohort(after),
    ...perOrganisation(
      placeHeld,
      after,
      claimed.filter(({ held }) => held),
    ),
    ...perOrganisation(
      placeClaimed,
      after,
      claimed.filter(({ held }) => !held),
    ),
    ...perOrganisation(endings[endOf(after)], after, gone),
    ...perOrganisation(placeConfirmed, after, confirmed),
    ...perOrganisation(placeWaiting, after, waiting),
    ...perOrganisation(
      placeNamed,
      after,
      all.filter((entry) => flagged(after, entry) && !flagged(before, entry)),
    ),
    ...perOrganisation(
      placeUnnamed,
      after,
      all.filter((entry) => flagged(before, entry) && !flagged(after, entry)),
    ),
    ...reminders(before, after, all),
    ...passedOn(after, new Map([...was.confirmed, ...was.waiting]), all),
    ...moves(after, all),
  ];
}

const moveSchema = audienceSchema.extend({ type: z.literal('moved'), firstDay: z.iso.date(), lastDay: z.iso.date() });

/** That the cohort was moved: to those who can see it, and to each who has places there. */
function moves(after: Ledger, all: readonly Entry[]): Announcement[] {
  const move = moveSchema.safeParse(after.change).data;
  if (move === undefined) return [];
  const { audience, firstDay, lastDay } = move;
  const days = { cohort: cohortOf(after), firstDay, lastDay };
  return [
    cohortMoved.announce({ ...days, host: after.host }, withHost(after, audience)),
    ...perHolder(all, (organisation, tickets) =>
      placeMoved.announce({ ...days, organisation, tickets }, audienceOf(after, organisation), String(tickets[0])),
    ),
  ];
}

/** How places ended that this change took; one that is no end by itself gave them back. */
function endOf({ change }: Ledger): PlaceEnd {
  return placeEnds.find((end) => end === change.type) ?? 'given-back';
}

/** Which places were another's before, told to both and to the host. */
function passedOn(after: Ledger, was: ReadonlyMap<number, Entry>, all: readonly Entry[]): Announcement[] {
  const cohort = cohortOf(after);
  const moved = all.flatMap(({ ticket, organisation: to }) => {
    const from = was.get(ticket)?.organisation;
    return from === undefined || from === to ? [] : [{ ticket, from, to }];
  });
  const pairs = Map.groupBy(moved, ({ from, to }) => `${from} ${to}`);
  return [...pairs.values()].flatMap((places) => {
    const [first] = places;
    if (first === undefined) return [];
    const { from, to } = first;
    const tickets = places.map(({ ticket }) => ticket).sort((one, other) => one - other);
    const audience = [...new Set([from, to, after.host])];
    return [placePassedOn.announce({ cohort, from, to, tickets }, audience, String(tickets[0]))];
  });
}

/** To whom it was said that people are to be named, and by when. */
function reminders(before: Ledger | undefined, after: Ledger, all: readonly Entry[]): Announcement[] {
  const reminder = reminderSchema.safeParse(after.change).data;
  if (reminder === undefined) return [];
  const told = all.filter(({ ticket }) => after.reminded?.has(ticket) === true && !before?.reminded?.has(ticket));
  const releasedAt = releaseAt(new Date(reminder.nameBy), new Date(reminder.at)).toISOString();
  return perHolder(told, (holder, tickets) =>
    placeNamingDue.announce(
      { cohort: cohortOf(after), organisation: holder, tickets, releasedAt },
      audienceOf(after, holder),
      String(tickets[0]),
    ),
  );
}

/** The present state of a ledger as events. */
export function restateLedger(after: Ledger): Announcement[] {
  const held = Map.groupBy(placesOf(after), (place) => place.organisation);
  // Those too who have nothing left: that they gave it back may be what was lost.
  const holders = Object.keys(after.live).map((short) => `org_${short}`);
  const ofHolders = holders.map((holder) => {
    const ticketsOf = (state: 'confirmed' | 'waiting') =>
      (held.get(holder) ?? []).filter((place) => place.state === state).map(({ ticket }) => ticket);
    const data = {
      cohort: cohortOf(after),
      organisation: holder,
      confirmed: ticketsOf('confirmed'),
      waiting: ticketsOf('waiting'),
    };
    return placeRestated.announce(data, audienceOf(after, holder), holder);
  });
  const [, firstDay] = after.listed.split('#');
  const stands = { ...countsIn(after), status: after.status, ...(after.dueSince === undefined ? {} : { firstDay }) };
  return [cohortPlacesRestated.announce(stands, concernedBy(after, holders)), ...ofHolders];
}

/** Who may have been told what is told anew. Of a draft that was cancelled only its host ever knew. */
function concernedBy({ host, listed, status, version }: Ledger, holders: readonly string[]): Audience {
  if (status === 'cancelled' && version === 1) return [host];
  return listed.startsWith('ALL#') ? 'all' : [...new Set([host, ...holders])];
}

function standingIn(ledger: Ledger | undefined) {
  const standing = ledger === undefined ? { confirmed: [], waiting: [] } : standingOf(ledger);
  const byTicket = (entries: readonly Entry[]) => new Map(entries.map((entry) => [entry.ticket, entry]));
  return { confirmed: byTicket(standing.confirmed), waiting: byTicket(standing.waiting) };
}

type PlacesEvent =
  | typeof placeClaimed
  | typeof placeConfirmed
  | typeof placeWaiting
  | typeof placeGivenBack
  | typeof placeLapsed
  | typeof placeHeld
  | typeof placeNamed
  | typeof placeUnnamed
  | typeof placeReleased;

function perOrganisation(event: PlacesEvent, after: Ledger, entries: readonly Entry[]): Announcement[] {
  return perHolder(entries, (organisation, tickets) =>
    event.announce(
      { cohort: cohortOf(after), organisation, tickets },
      audienceOf(after, organisation),
      String(tickets[0]),
    ),
  );
}

/** What is announced to each holder of some places, with their tickets, lowest first. */
function perHolder(
  entries: readonly Entry[],
  announce: (organisation: string, tickets: number[]) => Announcement,
): Announcement[] {
  const holders = Map.groupBy(entries, (entry) => entry.organisation);
  return [...holders].map(([holder, held]) =>
    announce(
      holder,
      held.map(({ ticket }) => ticket).sort((one, other) => one - other),
    ),
  );
}

function aboutCohort(after: Ledger): Announcement[] {
  const event = cohortChanges[after.change.type];
  if (event === undefined) return [];
  const { audience } = audienceSchema.parse(after.change);
  if (audience === 'all') return [event.announce(countsIn(after), audience)];
  // Whoever has places by succession is concerned too, although the programme was never shared with them.
  const holders = Object.entries(after.live).flatMap(([short, live]) => (live > 0 ? [`org_${short}`] : []));
  return [event.announce(countsIn(after), withHost(after, [...audience, ...holders]))];
}

function withHost({ host }: Ledger, audience: Audience): Audience {
  return audience === 'all' ? 'all' : [...new Set([host, ...audience])];
}

function countsIn(ledger: Ledger) {
  const { free, waiting } = countsOf(ledger);
  return { cohort: cohortOf(ledger), host: ledger.host, capacity: ledger.capacity, free, waiting };
}

function audienceOf(ledger: Ledger, holder: string): string[] {
  return holder === ledger.host ? [holder] : [holder, ledger.host];
}
