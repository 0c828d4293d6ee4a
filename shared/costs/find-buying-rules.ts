import type { Context } from '../context.ts';
import type { Table } from '../table/table.ts';
import { readBuyingRules } from './buying-items.ts';
import type { BuyingRules } from './buying-rules.ts';

/** For how long rules, or that there are none, are remembered, and of how many organisations. */
const rememberedMilliseconds = 60_000;
const mostRemembered = 1000;

interface Remembered {
  readonly rules: BuyingRules | undefined;
  readonly at: number;
}
const remembered = new WeakMap<Table, Map<string, Remembered>>();

/**
 * An organisation's rules for buying, as a claim goes by them: remembered for a minute, so that a claim of an organisation
 * that has none reads nothing for them, and one that is set holds everywhere a minute later.
 */
export async function findBuyingRules(
  { table, clock }: Pick<Context, 'table' | 'clock'>,
  organisation: string,
): Promise<BuyingRules | undefined> {
  const now = clock.now().getTime();
  const known = remembered.get(table)?.get(organisation);
  if (known !== undefined && Math.abs(now - known.at) < rememberedMilliseconds) return known.rules;
  const rules = await readBuyingRules(table, organisation);
  rememberBuyingRules({ table, clock }, organisation, rules);
  return rules;
}

/** Remembers rules that were just read or written. */
export function rememberBuyingRules(
  { table, clock }: Pick<Context, 'table' | 'clock'>,
  organisation: string,
  rules: BuyingRules | undefined,
): void {
  const all = remembered.get(table) ?? new Map<string, Remembered>();
  remembered.set(table, all);
  all.delete(organisation);
  all.set(organisation, { rules, at: clock.now().getTime() });
  const oldest = all.keys().next().value;
  if (all.size > mostRemembered && oldest !== undefined) all.delete(oldest);
}
