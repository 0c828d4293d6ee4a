import { heldIn, type Image } from './images.ts';
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
    }
  | { readonly kind: 'give-back'; readonly tickets: readonly number[] }
  | { readonly kind: 'capacity'; readonly capacity: number };

/** What came of it: an answer, or the code of a refusal. */
export type Reply = { readonly answer: Answer } | { readonly refused: string };

export interface Answer {
  readonly places?: readonly { readonly ticket: number; readonly state: string; readonly position?: number }[];
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
  /** The newest version that anybody had seen when the call began, and that the call itself has seen. */
  readonly from: number;
  readonly to: number;
  /** For what was never sent before: the highest ticket that anybody had been answered when the call began. */
  readonly above?: number;
}

/** The codes that say only that others came first; the caller repeats. */
const busy = new Set(['request.busy']);

/** How many images of a ledger are kept to judge calls by; a call sees far fewer. */
const keptImages = 500;

/**
 * Judges what callers of one cohort were told: each answer must be the state of the ledger at one version during the call,
 * each refusal justified by one. A call waits here until the images that it saw have come.
 */
export function checkAnswers(violations: Violations) {
  const images = new Map<number, Image>();
  let newest = 0;
  let pending: Call[] = [];

  function judge(call: Call): void {
    const { request, reply, from, to } = call;
    const where = `${call.cohort} ${String(from)}..${String(to)}`;
    if (Object.hasOwn(reply, 'refused') && 'refused' in reply && busy.has(reply.refused) && request.kind !== 'claim')
      return;
    for (let version = to; version >= from; version -= 1) {
      const image = images.get(version);
      if (image !== undefined && explains(image, call)) {
        checkOrder(call, where);
        return;
      }
    }
    const said = JSON.stringify({ request, reply });
    violations.add('refused' in reply ? 'unjustified-refusal' : 'broken-promise', where, said);
  }

  function checkOrder(call: Call, where: string): void {
    if (call.above === undefined || 'refused' in call.reply) return;
    const lowest = Math.min(...(call.reply.answer.places ?? []).map(({ ticket }) => ticket));
    if (lowest <= call.above) violations.add('out-of-order', where, `${String(lowest)} after ${String(call.above)}`);
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
  const shown = (places: typeof mine) =>
    JSON.stringify(places.map(({ ticket, confirmed, position }) => [ticket, confirmed, position]));
  const told = JSON.stringify(
    (answer.places ?? []).map(({ ticket, state, position = 0 }) => [ticket, state === 'confirmed', position]),
  );
  switch (request.kind) {
    case 'claim':
      return (
        keysOf(image, request.key) === request.quantity &&
        told === shown(mine.filter((place) => place.claim === request.key))
      );
    case 'give-back':
      return request.tickets.every((ticket) => standsFor(image, organisation, -ticket)) && told === shown(mine);
    case 'capacity': {
      const confirmed = heldIn(image).filter((place) => place.confirmed).length;
      return (
        image.capacity === request.capacity &&
        answer.confirmed === confirmed &&
        answer.free === image.capacity - confirmed &&
        answer.waiting === heldIn(image).length - confirmed
      );
    }
  }
}

function justifies(image: Image, { request, organisation }: Call, code: string): boolean {
  const live = heldIn(image).length;
  if (request.kind === 'give-back') {
    const owned = (ticket: number) => standsFor(image, organisation, ticket) || standsFor(image, organisation, -ticket);
    return code === 'place.not-found' && !request.tickets.every(owned);
  }
  if (request.kind === 'capacity') return code === 'cohort.capacity-in-use' && live > request.capacity;
  const made = keysOf(image, request.key);
  if (code === 'request.key-reused') return made > 0 && made !== request.quantity;
  if (made > 0) return false;
  const held = heldIn(image).filter((place) => place.organisation === organisation).length;
  switch (code) {
    case 'place.over-limit':
      return held + request.quantity > request.limit;
    case 'place.not-enough':
      return request.allOrNothing && image.capacity - live < request.quantity;
    case 'place.full':
      return image.capacity + image.waitlist - live < request.quantity;
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
