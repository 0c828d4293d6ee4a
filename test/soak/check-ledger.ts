import { checkAllocation } from './check-allocation.ts';
import { namingChecker } from './check-naming.ts';
import { claimIn, cohortIn, heldIn, type Image } from './images.ts';
import type { ViolationKind, Violations } from './violations.ts';

const day = 86_400_000;

/** What the checker knows of a cohort and its people beside the images. */
export interface LedgerFacts {
  readonly limit: number;
  readonly host: string;
  /** The organisation that a member acts for. */
  organisationOf(member: string): string | undefined;
  /** Whether an organisation may know of the cohort, and so claim on it. */
  sees(organisation: string): boolean;
}

/** What one write did to the entries of a ledger. */
export interface Difference {
  /** New live tickets with their keys. */
  readonly fresh: readonly (readonly [key: string, ticket: number])[];
  /** Live before, given back now. */
  readonly turned: readonly (readonly [key: string, ticket: number])[];
  /** Given back before, taken out now. */
  readonly removed: readonly number[];
}

export type Report = (kind: ViolationKind, what: string) => void;

/**
 * Checks one cohort's ledger, image by image in the order of the stream, each in time linear in the ledger's size: that
 * every write did what its kind may do, to whom it may, and that the counts are true.
 */
export function checkLedger(facts: LedgerFacts, violations: Violations) {
  let before: Image | undefined;
  const gone = new Set<number>();
  const givenBackAt = new Map<number, number>();
  const confirmed = new Set<number>();
  const changes = new Set<string>();
  const checkNaming = namingChecker(facts);

  function checkFresh(was: Image, is: Image, { fresh }: Difference, report: Report): void {
    const tickets = fresh.map(([, ticket]) => ticket).sort((one, other) => one - other);
    for (const [index, ticket] of tickets.entries()) {
      if (gone.has(ticket)) report('returned-to-giver', `${String(ticket)} was given back and lives again`);
      else if (ticket < was.next) report('duplicate-ticket', `${String(ticket)} was used before`);
      else if (ticket !== was.next + index) report('out-of-order', `${String(ticket)} follows ${String(was.next)}`);
    }
    if (is.next !== was.next + fresh.length) report('duplicate-ticket', `next is ${String(is.next)}`);
    if (fresh.some(([key]) => claimIn(key).endsWith('held'))) report('foreign-claim', 'reserved after the opening');
    if (fresh.length > 0 && is.change.type !== 'claimed') report('invented-event', `${is.change.type} made tickets`);
    if (fresh.length > 0 && was.status !== 'open') report('claimed-when-closed', `it is ${was.status}`);
    for (const organisation of new Set(fresh.map(([key]) => key.slice(0, 7)))) {
      if ((is.live[organisation] ?? 0) > facts.limit) report('over-limit', organisation);
      const holder = `org_${organisation}`;
      if (facts.organisationOf(is.change.by) !== holder || !facts.sees(holder)) report('foreign-claim', holder);
    }
    for (const claim of new Set(fresh.map(([key]) => claimIn(key)))) {
      const earlier = Object.keys(was.entries).some((key) => key.startsWith(`${claim}.`));
      if (earlier) report('duplicate-claim', `${claim} was applied twice`);
    }
  }

  function checkGivenBack(was: Image, { change }: Image, { turned }: Difference, report: Report): void {
    const { type, by, at } = change;
    const gaveBack = type === 'given-back' || type === 'lapsed' || type === 'released';
    if (gaveBack && turned.length === 0) report('given-back-twice', 'took room back for nothing that was live');
    const held = new Map(heldIn(was).map((place) => [place.ticket, place]));
    for (const [key, ticket] of turned) {
      gone.add(ticket);
      givenBackAt.set(ticket, Date.parse(at));
      if (was.named?.has(ticket) === true) report('lost-name', `${String(ticket)} had a named person`);
      if (type === 'given-back') {
        if (facts.organisationOf(by) !== `org_${key.slice(0, 7)}`) report('foreign-give-back', `${key} by ${by}`);
      } else if (type === 'lapsed') {
        const place = held.get(ticket);
        const due = place?.until !== undefined && place.until * 1000 <= Date.parse(at);
        if (!due || place.confirmed) report('lapsed-wrongly', String(ticket));
      } else if (type !== 'released') report('lost-ticket', `${String(ticket)} was given back by ${type}`);
    }
  }

  function checkRemoved(is: Image, { removed }: Difference, report: Report): void {
    for (const ticket of removed) {
      const age = Date.parse(is.change.at) - (givenBackAt.get(ticket) ?? Number.POSITIVE_INFINITY);
      if (is.change.type !== 'compacted' || !(age >= day)) report('compacted-early', String(ticket));
      givenBackAt.delete(ticket);
    }
  }

  /** Who was confirmed stays so until they give it back: more of them than places is a place sold twice. */
  function checkConfirmed(is: Image, turned: Difference['turned'], report: Report): void {
    for (const [, ticket] of turned) confirmed.delete(ticket);
    for (const { ticket, confirmed: has, reserved } of heldIn(is)) {
      if (!has && (reserved || confirmed.has(ticket))) report('lost-place', `${String(ticket)} had a place`);
      if (has) confirmed.add(ticket);
    }
    if (confirmed.size > is.capacity) report('oversold', `${String(confirmed.size)} were told they are confirmed`);
  }

  return (is: Image): void => {
    const report: Report = (kind, what) => {
      violations.add(kind, `${cohortIn(is)} ${String(is.version)}`, what);
    };
    const was = before;
    before = is;
    if (is.version !== (was?.version ?? 0) + 1) report('lost-version', `follows ${String(was?.version ?? 'nothing')}`);
    // The clock of a history never shows an instant twice, so that two writes of one request are told by it.
    const change = [is.change.type, is.change.by, is.change.at].join(' ');
    if (changes.has(change)) report('applied-twice', change);
    changes.add(change);
    const made = was === undefined ? undefined : differenceOf(was, is, report);
    if (was !== undefined && made !== undefined) {
      checkFresh(was, is, made, report);
      checkGivenBack(was, is, made, report);
      checkRemoved(is, made, report);
      checkDates(was, is, report);
      checkAllocation(facts, was, is, report);
    }
    checkNaming(was, is, made?.turned ?? [], report);
    checkCounts(is, report);
    checkConfirmed(is, made?.turned ?? [], report);
  };
}

function differenceOf(was: Image, is: Image, report: Report): Difference {
  const fresh: [string, number][] = [];
  const turned: [string, number][] = [];
  const removed: number[] = [];
  for (const [key, ticket] of Object.entries(is.entries)) {
    const earlier = was.entries[key];
    if (earlier === ticket) continue;
    if (ticket > 0) {
      fresh.push([key, ticket]);
      if (earlier !== undefined) report('duplicate-claim', `${key} had ${String(earlier)}, has ${String(ticket)}`);
      if (earlier !== undefined && earlier > 0) report('lost-ticket', `${String(earlier)} was overwritten`);
    } else if (earlier === -ticket) turned.push([key, -ticket]);
    else report('lost-ticket', `${key} turned from ${String(earlier)} to ${String(ticket)}`);
  }
  for (const [key, ticket] of Object.entries(was.entries)) {
    if (is.entries[key] !== undefined) continue;
    if (ticket > 0) report('lost-ticket', `${String(ticket)} went without being given back`);
    else removed.push(-ticket);
  }
  return { fresh, turned, removed };
}

/** Who waits until a date waits until that date: none that stands in line, or is reserved, may lose or change it. */
function checkDates(was: Image, is: Image, report: Report): void {
  const earlier = new Map(heldIn(was).map((place) => [place.ticket, place]));
  for (const { ticket, confirmed, reserved, until } of heldIn(is)) {
    const place = earlier.get(ticket);
    if (place !== undefined && (reserved || !confirmed) && place.until !== until) report('lost-date', String(ticket));
  }
}

function checkCounts(is: Image, report: Report): void {
  const held = heldIn(is);
  if (held.length > is.capacity + is.waitlist) report('oversold', `${String(held.length)} live places`);
  if (is.room !== is.capacity + is.waitlist - held.length) report('miscounted', `room is ${String(is.room)}`);
  const perOrganisation = Map.groupBy(held, ({ organisation }) => organisation.slice('org_'.length));
  for (const organisation of new Set([...perOrganisation.keys(), ...Object.keys(is.live)])) {
    const count = perOrganisation.get(organisation)?.length ?? 0;
    if (count !== (is.live[organisation] ?? 0)) report('miscounted', `live of ${organisation}`);
  }
}
