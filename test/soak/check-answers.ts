import { heldIn, type Held, type Image } from './images.ts';
import type { LedgerFacts } from './check-ledger.ts';
import type { Violations } from './violations.ts';

/** What somebody asked for. */
export type Request =
  | {
      readonly kind: 'claim';
      /** As it stands in the ledger. */
      readonly key: string;
      readonly quantity: number;
      readonly allOrNothing: boolean;
      readonly limit: number;
      /** The last day on which it would wait. */
      readonly confirmUntil?: string | undefined;
    }
  | { readonly kind: 'give-back'; readonly tickets: readonly number[] }
  | { readonly kind: 'capacity'; readonly capacity: number }
  | { readonly kind: 'status'; readonly status: 'closed' | 'cancelled' };

/** What came of it: an answer, or the code of a refusal. */
export type Reply = { readonly answer: Answer } | { readonly refused: string };

/** A place as its holder is told of it. */
interface ToldPlace {
  readonly ticket: number;
  readonly state: string;
  readonly position?: number | undefined;
  readonly confirmUntil?: string | undefined;
}

export interface Answer {
  readonly places?: readonly ToldPlace[];
  readonly capacity?: number;
  readonly confirmed?: number;
  readonly free?: number;
  readonly waiting?: number;
}

export interface Call {
  readonly cohort: string;
  readonly organisation: string;
  readonly request: Request;
  readonly reply: Reply;
  /** The newest version that anybody had seen when the call began, and that the call itself has seen; 0 for none. */
  readonly from: number;
  readonly to: number;
  /** For what was never sent before: the highest ticket that anybody had been answered when the call began. */
  readonly above?: number;
  /** The instant at which the call was answered. */
  readonly at: Date;
}

/** How many images of a ledger are kept to judge calls by; a call sees far fewer. */
const keptImages = 500;
const day = 86_400_000;

/**
 * Judges what callers of one cohort were told: each answer must be the state of the ledger at one version during the call,
 * each refusal justified by one. A call waits here until the images that it saw have come.
 */
export function checkAnswers({ sees }: Pick<LedgerFacts, 'sees'>, violations: Violations) {
  const images = new Map<number, Image>();
  let newest = 0;
  let pending: Call[] = [];

  function judge(call: Call): void {
    const { reply, from, to } = call;
    const where = `${call.cohort} ${String(from)}..${String(to)}`;
    if (!isExplained(call)) {
      const said = JSON.stringify([call.organisation, call.request, reply]);
      violations.add('refused' in reply ? 'unjustified-refusal' : 'broken-promise', where, said);
    } else if ('answer' in reply && call.above !== undefined) {
      const lowest = Math.min(...(reply.answer.places ?? []).map(({ ticket }) => ticket));
      if (lowest <= call.above) violations.add('out-of-order', where, `${String(lowest)} after ${String(call.above)}`);
    }
  }

  function isExplained(call: Call): boolean {
    const { request, reply, from, to } = call;
    const hidden = 'refused' in reply && reply.refused === 'cohort.not-found';
    // Others than those who may know of the cohort are told that there is none, and nobody else is.
    if (hidden || !sees(call.organisation)) return hidden && !sees(call.organisation);
    // What needs several steps may be told that others came first; a claim is one step and never is.
    if ('refused' in reply && reply.refused === 'request.busy' && request.kind !== 'claim') return true;
    for (let version = to; version >= from && version > 0; version -= 1) {
      const image = images.get(version);
      if (image !== undefined && explains(image, call)) return true;
    }
    return false;
  }

  return {
    call(call: Call): void {
      if (call.to <= newest) judge(call);
      else pending.push(call);
    },
    image(image: Image): void {
      newest = image.version;
      images.set(newest, image);
      images.delete(newest - keptImages);
      for (const call of pending.filter(({ to }) => to <= newest)) judge(call);
      pending = pending.filter(({ to }) => to > newest);
    },
    /** At the end nothing may be left that no image explains. */
    finish(): void {
      for (const call of pending)
        violations.add('broken-promise', call.cohort, `version ${String(call.to)} never came`);
    },
  };
}

function explains(image: Image, call: Call): boolean {
  return 'refused' in call.reply ? justifies(image, call, call.reply.refused) : agrees(image, call, call.reply.answer);
}

function agrees(image: Image, { request, organisation }: Call, answer: Answer): boolean {
  const mine = heldIn(image).filter((place) => place.organisation === organisation);
  const told = JSON.stringify((answer.places ?? []).map(shownPlace));
  const live = heldIn(image).length;
  const confirmed = Math.min(live, image.capacity);
  switch (request.kind) {
    case 'claim':
      return (
        keysOf(image, request.key) === request.quantity &&
        told === shown(mine.filter((place) => place.claim === request.key)) &&
        // Who was confirmed never waits again, so this holds for repetitions too.
        (!request.allOrNothing || (answer.places ?? []).every(({ state }) => state === 'confirmed'))
      );
    case 'give-back':
      return request.tickets.every((ticket) => standsFor(image, organisation, -ticket)) && told === shown(mine);
    case 'capacity':
      return (
        image.capacity === request.capacity &&
        answer.confirmed === confirmed &&
        answer.free === image.capacity - confirmed &&
        answer.waiting === live - confirmed
      );
    case 'status':
      return image.status === request.status;
  }
}

function shown(places: readonly Held[]): string {
  return JSON.stringify(
    places.map(({ ticket, confirmed, position, until }) =>
      confirmed ? [ticket] : [ticket, position, until === undefined ? null : until * 1000],
    ),
  );
}

function shownPlace({ ticket, state, position, confirmUntil }: ToldPlace): readonly unknown[] {
  if (state === 'confirmed' && position === undefined && confirmUntil === undefined) return [ticket];
  return [ticket, position, confirmUntil === undefined ? null : Date.parse(confirmUntil)];
}

function justifies(image: Image, { request, organisation, at }: Call, code: string): boolean {
  const live = heldIn(image).length;
  if (code === 'cohort.already-ended') return image.status === 'cancelled' && request.kind !== 'claim';
  switch (request.kind) {
    case 'status':
      return false;
    case 'capacity':
      return code === 'cohort.capacity-in-use' && live > request.capacity;
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
  switch (code) {
    case 'cohort.not-open':
      return image.status !== 'open';
    case 'request.invalid':
      // In these histories it is winter: the day ends at midnight in London and by the clock.
      return request.confirmUntil !== undefined && Date.parse(request.confirmUntil) + day <= at.getTime();
    case 'place.over-limit':
      return held + request.quantity > request.limit;
    case 'place.not-enough':
      return request.allOrNothing && left - image.waitlist < request.quantity;
    case 'place.full':
      return left < request.quantity;
    case 'place.busy':
      return Object.keys(image.entries).length + request.quantity > 200;
    default:
      return false;
  }
}

function keysOf(image: Image, claim: string): number {
  return Object.keys(image.entries).filter((key) => key.startsWith(`${claim}.`)).length;
}

/** Whether an entry of the organisation has exactly this ticket; negative: given back. */
function standsFor(image: Image, organisation: string, ticket: number): boolean {
  const short = organisation.slice('org_'.length);
  return Object.entries(image.entries).some(([key, entry]) => entry === ticket && key.startsWith(short));
}
