import { dayOf } from '../clock.ts';
import { digest } from '../ids.ts';
import type { NewPosting } from '../postings/posting.ts';
import { openPeriodFor } from '../postings/period.ts';
import type { Share } from './share-out.ts';

/** For how many organisations postings are made in one step; two each where the treatment of VAT changes. */
const mostDebtors = 20;

/** What caused a change of the shares: an event, when, which places it was about, and in which way. */
export interface Cause {
  readonly event: string;
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
    const cause = causeOf(history, freeze, changes);
    const postings = debtors.flatMap((debtor) =>
      amountsOf(before.get(debtor), after.get(debtor)).map((amount, index) => {
        const { event, at, effectiveOn, reason } = cause;
        const id = `pst_${digest(history.cohort, String(steps), debtor, String(index)).slice(0, 16)}`;
        const period = openPeriodFor(effectiveOn, through);
        const tickets = [...(cause.tickets ?? after.get(debtor)?.tickets ?? [])];
        const facts = {
          id,
          creditor: history.host,
          debtor,
          cohort: history.cohort,
          cause: event,
          at,
          effectiveOn,
          period,
        };
        return { ...facts, tickets, ...amount, reason: reasonFor(reason, amount) };
      }),
    );
    for (const one of [...debtors, history.host]) before.set(one, after.get(one) ?? nothing(one));
    return { changes, steps, shares: [...before.values()].filter(isSomething), postings };
  }
  return undefined;
}

type Amount = Pick<Share, 'net' | 'vat' | 'treatment'>;

function causeOf({ cohort, causes }: ShareHistory, freeze: Freeze, changes: number) {
  const cause = changes > freeze.changes ? causes[changes - 1] : undefined;
  if (cause !== undefined) {
    const tickets = cause.reason === 'places-changed' ? cause.tickets : undefined;
    return { event: cause.event, at: cause.at, effectiveOn: dayOf(new Date(cause.at)), tickets, reason: cause.reason };
  }
  const { at } = freeze;
  return {
    event: `${cohort}.frozen`,
    at,
    effectiveOn: dayOf(new Date(at)),
    tickets: undefined,
    reason: 'share' as const,
  };
}

/** Where VAT alone has changed, it was settled. */
function reasonFor(reason: 'share' | Cause['reason'], { net }: Amount): NewPosting['reason'] {
  return reason === 'costs-changed' && net === 0 ? 'vat-settled' : reason;
}

/** What is posted so that what was before becomes what is now; under another treatment, all of it is taken back and posted anew. */
function amountsOf(before: Amount | undefined, after: Amount | undefined): Amount[] {
  const was = before ?? { net: 0, vat: 0, treatment: after?.treatment ?? 'to-be-confirmed' };
  const is = after ?? { net: 0, vat: 0, treatment: was.treatment };
  const isVatAlone = was.vat === 0 && is.net === was.net;
  if (was.treatment === is.treatment || isVatAlone || !isSomething(was) || !isSomething(is)) {
    const treatment = isSomething(is) ? is.treatment : was.treatment;
    return [{ net: is.net - was.net, vat: is.vat - was.vat, treatment }];
  }
  return [
    { net: 0 - was.net, vat: 0 - was.vat, treatment: was.treatment },
    { net: is.net, vat: is.vat, treatment: is.treatment },
  ];
}

function differs(before: Amount | undefined, after: Amount | undefined): boolean {
  return (before?.net ?? 0) !== (after?.net ?? 0) || (before?.vat ?? 0) !== (after?.vat ?? 0);
}

function isSomething({ net, vat }: Pick<Amount, 'net' | 'vat'>): boolean {
  return net !== 0 || vat !== 0;
}

function nothing(organisation: string): Share {
  return { organisation, net: 0, vat: 0, treatment: 'to-be-confirmed', tickets: [] };
}
