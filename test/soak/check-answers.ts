import type { Answer, Call, ToldPlace } from './calls.ts';
import type { LedgerFacts } from './check-ledger.ts';
import { justifies } from './check-refusals.ts';
import { heldIn, keysOf, standsFor, type Held, type Image } from './images.ts';
import type { Violations } from './violations.ts';

/** How many images of a ledger are kept to judge calls by; a call sees far fewer. */
const keptImages = 500;

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
    // A request about a name that was done does nothing when it comes again: its answer may be of long ago.
    const isOfLongAgo = call.again === true && 'answer' in reply && ['name', 'unname'].includes(request.kind);
    const earliest = isOfLongAgo ? 1 : from;
    for (let version = to; version >= earliest && version > 0; version -= 1) {
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
  const confirmed = heldIn(image).filter((place) => place.confirmed).length;
  const waiting = heldIn(image).length - confirmed;
  switch (request.kind) {
    case 'claim':
      return (
        keysOf(image, request.key) === request.quantity &&
        told ===
          shown(
            image,
            mine.filter((place) => place.claim === request.key),
          ) &&
        // Who was confirmed never waits again, so this holds for repetitions too.
        (!request.allOrNothing || (answer.places ?? []).every(({ state }) => state === 'confirmed'))
      );
    case 'give-back':
      return request.tickets.every((ticket) => standsFor(image, organisation, -ticket)) && told === shown(image, mine);
    case 'capacity':
      return (
        image.capacity === request.capacity &&
        answer.confirmed === confirmed &&
        answer.free === image.capacity - confirmed &&
        answer.waiting === waiting
      );
    case 'status':
      return image.status === request.status;
    case 'name':
      return isOwnName(image, organisation, request.ticket) && image.named?.has(request.ticket) === true;
    case 'unname':
      return isOwnName(image, organisation, request.ticket) && image.named?.has(request.ticket) !== true;
    case 'allocate':
      return String(image.order) === String(request.order) && String(answer.order) === String(request.order);
  }
}

/** Names are put on confirmed places of one's own, and stay there. */
function isOwnName(image: Image, organisation: string, ticket: number): boolean {
  return heldIn(image).some(
    (place) => place.ticket === ticket && place.organisation === organisation && place.confirmed,
  );
}

/** A place as it is told: by its ticket and whether it is named; what is held without a name, and what waits, says more. */
function shown({ named }: Image, places: readonly Held[]): string {
  return JSON.stringify(
    places.map(({ ticket, confirmed, reserved, position, until = null }) => {
      const isNamed = named?.has(ticket) === true;
      const instant = until === null ? null : until * 1000;
      if (!confirmed) return [ticket, isNamed, position, instant];
      return reserved && !isNamed ? [ticket, isNamed, 'held', instant] : [ticket, isNamed];
    }),
  );
}

function shownPlace({ ticket, named = false, ...told }: ToldPlace): readonly unknown[] {
  const { state, position, confirmUntil, held, heldUntil } = told;
  if (state === 'waiting')
    return [ticket, named, position, confirmUntil === undefined ? null : Date.parse(confirmUntil)];
  if (held === true) return [ticket, named, 'held', heldUntil === undefined ? null : Date.parse(heldUntil)];
  return position === undefined && confirmUntil === undefined ? [ticket, named] : [ticket, named, position];
}
