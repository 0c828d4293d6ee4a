import type { Call, Request } from './calls.ts';
import { heldIn, keysOf, standsFor, type Image } from './images.ts';

const day = 86_400_000;

/** Whether a call may be refused so while the ledger is as in this image. */
export function justifies(image: Image, { request, organisation, at }: Call, code: string): boolean {
  if (code === 'cohort.already-ended') return image.status === 'cancelled' && request.kind !== 'claim';
  switch (request.kind) {
    case 'status':
      return false;
    case 'name':
    case 'unname':
      return justifiesNaming(image, request.ticket, organisation, code);
    case 'allocate':
      return justifiesAllocation(image, request.order, code);
    case 'capacity':
      return code === 'cohort.capacity-in-use' && wouldLose(image, request.capacity);
    case 'give-back': {
      const owned = (ticket: number) =>
        standsFor(image, organisation, ticket) || standsFor(image, organisation, -ticket);
      if (code === 'place.named') return request.tickets.some((ticket) => image.named?.has(ticket));
      return code === 'place.not-found' && !request.tickets.every(owned);
    }
    case 'claim': {
      const made = keysOf(image, request.key);
      if (code === 'request.key-reused') return made > 0 && made !== request.quantity;
      return made === 0 && justifiesClaim(image, request, organisation, { code, at });
    }
  }
}

/** Whether a claim that was never made may be refused so. */
function justifiesClaim(
  image: Image,
  request: Extract<Request, { kind: 'claim' }>,
  organisation: string,
  { code, at }: { readonly code: string; readonly at: Date },
): boolean {
  const held = heldIn(image).filter((place) => place.organisation === organisation).length;
  const left = image.capacity + image.waitlist - heldIn(image).length;
  const free = image.collecting === undefined ? left - image.waitlist : 0;
  switch (code) {
    case 'cohort.not-open':
      return image.status !== 'open';
    case 'request.invalid':
      // In these histories it is winter: the day ends at midnight in London and by the clock.
      return request.confirmUntil !== undefined && Date.parse(request.confirmUntil) + day <= at.getTime();
    case 'place.over-limit':
      return held + request.quantity > request.limit;
    case 'place.not-enough':
      return request.allOrNothing && free < request.quantity;
    case 'place.full':
      return left < request.quantity;
    case 'place.busy':
      return Object.keys(image.entries).length + request.quantity > 200;
    default:
      return false;
  }
}

/** Whether somebody would lose a place by this capacity: while claims are collected, one that is reserved or one in line. */
function wouldLose(image: Image, capacity: number): boolean {
  const [live, reserved] = [heldIn(image).length, heldIn(image).filter((place) => place.reserved).length];
  if (image.collecting === undefined) return live > capacity;
  return reserved > capacity || live > capacity + image.waitlist;
}

function justifiesNaming(image: Image, ticket: number, organisation: string, code: string): boolean {
  const own = heldIn(image).filter((place) => place.organisation === organisation);
  const place = own.find((one) => one.ticket === ticket);
  switch (code) {
    case 'place.not-found':
      return place === undefined;
    case 'place.not-confirmed':
      return place?.confirmed === false;
    case 'place.named':
      return image.named?.has(ticket) === true;
    case 'person.already-named':
      return own.some((one) => one.ticket !== ticket && image.named?.has(one.ticket) === true);
    default:
      return false;
  }
}

function justifiesAllocation(image: Image, order: readonly number[], code: string): boolean {
  const { lateFrom } = image;
  switch (code) {
    case 'allocation.not-closed':
      return lateFrom === undefined;
    case 'allocation.fixed':
      return image.order !== undefined && String(image.order) !== String(order);
    case 'request.invalid': {
      const timely = heldIn(image).filter((place) => !place.confirmed && place.ticket < (lateFrom ?? Infinity));
      return timely.length !== order.length || timely.some(({ ticket }) => !order.includes(ticket));
    }
    default:
      return false;
  }
}
