import { dayOf } from '../clock.ts';
import type { Envelope } from '../events/envelope.ts';
import { digest } from '../ids.ts';
import type { NewPosting } from '../postings/posting.ts';
import { openPeriodFor } from '../postings/period.ts';
import type { Share } from './share-out.ts';

/** For how many organisations postings are made in one step; two each where the treatment of VAT changes. */
const mostDebtors = 20;

/** What caused a change of the shares: events and to whom they were told, when, which places it was about, in which way. */
export interface Cause {
  readonly events: readonly Pick<Envelope, 'id' | 'audience'>[];
  readonly at: string;
  readonly tickets: readonly number[];
  readonly reason: 'places-changed' | 'costs-changed';
}

/** The recorded changes of a cohort, and what the shares come to after so many of them. */
export interface ShareHistory {
  readonly cohort: string;
  readonly host: string;
  readonly causes: readonly Cause[];
  readonly sharesAfter: (changes: number) => readonly Share[];
}

/** How far postings have been made: after which change last, in how many steps, and what was posted to whom in all. */
export interface Posted {
  readonly changes: number;
  readonly steps: number;
  readonly shares: readonly Share[];
}

export interface Step extends Posted {
  readonly postings: readonly NewPosting[];
}

/** The freeze: when its date came, and how many changes were before it. */
export interface Freeze {
  readonly at: string;
  readonly changes: number;
}

/**
 * The next postings of a cohort: what the first change that is not posted yet makes of the shares, less what was posted
 * before; undefined when all changes are. A pure function: done again from nothing with the same closes, it gives the same
 * postings to the byte. `through`: up to which period the host has closed its accounts, as the step is made.
 *
 * A share of the host is not posted: nobody owes it anything. A step is for at most twenty organisations, so that it fits
 * into one transaction; the rest of a change follows in the next.
 */
export function nextStep(
  history: ShareHistory,
  freeze: Freeze,
  posted: Posted,
  through: string | undefined,
): Step | undefined {
  const before = new Map(posted.shares.map((share) => [share.organisation, share]));
  for (let changes = posted.changes; changes <= history.causes.length; changes += 1) {
    const after = new Map(history.sharesAfter(changes).map((share) => [share.organisation, share]));
    const debtors = [...new Set([...before.keys(), ...after.keys()])]
      .filter((organisation) => organisation !== history.host)
      .filter((organisation) => differs(before.get(organisation), after.get(organisation)))
      .sort()
      .slice(0, mostDebtors);
    if (debtors.length === 0) continue;
    const steps = posted.steps + 1;
    const postings = debtors.flatMap((debtor) => {
      const cause = causeOf(history, freeze, changes, debtor);
      return postingsFor(cause, before.get(debtor), after.get(debtor)).map((posting, index) => {
        const id = `pst_${digest(history.cohort, String(steps), debtor, String(index)).slice(0, 16)}`;
        const period = openPeriodFor(posting.effectiveOn, through);
        return { id, creditor: history.host, debtor, cohort: history.cohort, period, ...posting };
      });
    });
    for (const one of [...debtors, history.host]) before.set(one, after.get(one) ?? nothing(one));
    return { changes, steps, shares: [...before.values()].filter(isSomething), postings };
  }
  return undefined;
}

type Amount = Pick<Share, 'net' | 'vat' | 'treatment'>;

type DebtorsCause = ReturnType<typeof causeOf>;

/** What is posted to a debtor, so that what it bore before becomes what it bears now. */
function postingsFor(
  { event, at, effectiveOn, ...cause }: DebtorsCause,
  was: Share | undefined,
  is: Share | undefined,
) {
  const own = [...new Set([...(was?.tickets ?? []), ...(is?.tickets ?? [])])].sort((one, other) => one - other);
  const affected = own.filter((ticket) => cause.tickets.includes(ticket));
  // Of others' places, to which the change may have been due, an organisation is told nothing.
  const tickets = affected.length > 0 ? affected : [...((is ?? was)?.tickets ?? [])];
  const isVatAlone = cause.reason === 'costs-changed' && (was?.net ?? 0) === (is?.net ?? 0);
  const reason: NewPosting['reason'] = isVatAlone ? 'vat-settled' : cause.reason;
  return amountsOf(was, is).map((amount) => ({ cause: event, at, effectiveOn, tickets, reason, ...amount }));
}

/**
 * The cause as it stands in the posting of a debtor: the event that it was told of or, where that was about others alone, the
 * number of the change, since the id of such an event may say whose it was.
 */
function causeOf({ cohort, causes }: ShareHistory, freeze: Freeze, changes: number, debtor: string) {
  const cause = changes > freeze.changes ? causes[changes - 1] : undefined;
  const { at } = cause ?? freeze;
  const effectiveOn = dayOf(new Date(at));
  if (cause === undefined) {
    const none: readonly number[] = [];
    return { event: freezeCause(cohort), at, effectiveOn, tickets: none, reason: 'share' as const };
  }
  const told = cause.events.find(({ audience }) => audience === 'all' || audience.includes(debtor));
  const event = told?.id ?? numberedCause(cohort, changes);
  return { event, at, effectiveOn, tickets: cause.tickets, reason: cause.reason };
}

/** How a posting names that the freeze date had come; and a change, to whom its events were not told. */
export const freezeCause = (cohort: string): string => `${cohort}.frozen`;
const numberedCause = (cohort: string, changes: number): string => `${cohort}.change-${String(changes)}`;

/** Which of the changes a posting names as its cause, counted from one; 0 when none of them is it. */
export function changeNamed({ cohort, causes }: ShareHistory, cause: string): number {
  const numbered = causes.findIndex((_, index) => numberedCause(cohort, index + 1) === cause);
  return 1 + (numbered === -1 ? causes.findIndex(({ events }) => events.some(({ id }) => id === cause)) : numbered);
}

/** What is posted so that what was before becomes what is now; under another treatment, all of it is taken back and posted anew. */
function amountsOf(was: Amount | undefined, is: Amount | undefined): Amount[] {
  const before = was ?? { net: 0, vat: 0, treatment: is?.treatment ?? 'to-be-confirmed' };
  const after = is ?? { net: 0, vat: 0, treatment: before.treatment };
  if (before.treatment === after.treatment || !isSomething(before) || !isSomething(after)) {
    const { treatment } = isSomething(after) ? after : before;
    return [{ net: after.net - before.net, vat: after.vat - before.vat, treatment }];
  }
  return [
    { net: 0 - before.net, vat: 0 - before.vat, treatment: before.treatment },
    { net: after.net, vat: after.vat, treatment: after.treatment },
  ];
}

function differs(was: Amount | undefined, is: Amount | undefined): boolean {
  if ((was?.net ?? 0) !== (is?.net ?? 0) || (was?.vat ?? 0) !== (is?.vat ?? 0)) return true;
  return was !== undefined && is !== undefined && isSomething(is) && was.treatment !== is.treatment;
}

function isSomething({ net, vat }: Pick<Amount, 'net' | 'vat'>): boolean {
  return net !== 0 || vat !== 0;
}

function nothing(organisation: string): Share {
  return { organisation, net: 0, vat: 0, treatment: 'to-be-confirmed', tickets: [] };
}
