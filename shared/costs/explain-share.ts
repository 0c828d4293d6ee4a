import * as z from 'zod';
import type { Envelope } from '../events/envelope.ts';
import type { RecordedChange } from '../events/recorded-changes.ts';
import type { Table } from '../table/table.ts';
import { costHistory, type CostHistory } from './cost-history.ts';
import { signedPence } from './pence.ts';
import { chargeReasons } from './share-out.ts';
import { sharingRuleSchema } from './sharing-rule.ts';
import { changeNamed, freezeCause } from './posting-steps.ts';
import { readCostRecords, readShares } from './shares-items.ts';
import { vatTreatment } from './vat.ts';

/** What one organisation bore of a cohort's cost at a moment, and how that came about. */
export const explainedShareSchema = z.object({
  shared: signedPence.describe('What there was to share'),
  rule: sharingRuleSchema.describe('How it was shared'),
  cancelled: z.boolean().describe('Whether the cohort was cancelled: then nobody owes anything'),
  net: signedPence.describe('The share of the organisation'),
  vat: signedPence,
  treatment: vatTreatment,
  places: z
    .array(z.object({ ticket: z.int(), percent: z.int(), why: z.enum(chargeReasons) }))
    .describe('The places that it was charged for, how much of each, and why'),
  parts: z
    .object({ own: z.int(), all: z.int() })
    .describe('The sum of those parts in per cent, its own and that of all organisations'),
  organisations: z.int().describe('How many organisations were charged for places, the host among them if it was'),
});
type ExplainedShare = z.infer<typeof explainedShareSchema>;

/** Why what an organisation owes was posted: the event, what it owed before and what from then on. */
export interface SharedBecause {
  /** The recorded event; undefined where the freeze date came. */
  readonly event: Envelope | undefined;
  readonly before: ExplainedShare | undefined;
  readonly after: ExplainedShare | undefined;
}

/**
 * Why an organisation's share of a cohort was posted, or a difference to it: from what is recorded of the cohort without end,
 * by the event that caused it. Undefined where that is not recorded. It reads all that is recorded of the cohort.
 */
export async function explainShare(
  table: Table,
  cohort: { readonly id: string; readonly host: string },
  { cause, debtor }: { readonly cause: string; readonly debtor: string },
): Promise<SharedBecause | undefined> {
  const [{ changes }, so] = await Promise.all([readCostRecords(table, cohort.id), readShares(table, cohort.id)]);
  const history = costHistory(cohort.id, cohort.host, changes);
  if (cause === freezeCause(cohort.id)) {
    if (so?.frozen === undefined) return undefined;
    return { event: undefined, before: undefined, after: shareAfter(history, so.frozen.changes, debtor) };
  }
  const number = changeNamed(history, cause);
  const [event] = history.causes[number - 1]?.events ?? [];
  if (event === undefined) return undefined;
  return {
    event: eventIn(changes, event.id),
    before: shareAfter(history, number - 1, debtor),
    after: shareAfter(history, number, debtor),
  };
}

function shareAfter(history: CostHistory, changes: number, organisation: string): ExplainedShare | undefined {
  const [charged, shared] = [history.chargedAfter(changes), history.sharedAfter(changes)];
  if (charged === undefined || shared === undefined) return undefined;
  const { rule, cancelled, charges } = charged;
  const share = history.sharesAfter(changes).find((one) => one.organisation === organisation);
  const own = charges.filter((charge) => charge.organisation === organisation);
  const partsOf = (some: typeof charges) => some.reduce((sum, { percent }) => sum + percent, 0);
  return {
    shared,
    rule,
    cancelled,
    net: share?.net ?? 0,
    vat: share?.vat ?? 0,
    treatment: share?.treatment ?? 'to-be-confirmed',
    places: own.map(({ ticket, percent, why }) => ({ ticket, percent, why })),
    parts: { own: partsOf(own), all: partsOf(charges) },
    organisations: new Set(charges.map((charge) => charge.organisation)).size,
  };
}

function eventIn(changes: readonly RecordedChange[], id: string): Envelope | undefined {
  return changes.flatMap(({ events }) => events).find((event) => event.id === id);
}
