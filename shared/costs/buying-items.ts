import { keys } from '../table/keys.ts';
import { absent, type Condition, type Table } from '../table/table.ts';
import { approvalSchema, buyingRulesSchema, type Approval, type BuyingRules } from './buying-rules.ts';

/** Reads an organisation's rules for buying; undefined when it has set none. */
export async function readBuyingRules(
  table: Table,
  organisation: string,
  options: { consistent?: boolean } = {},
): Promise<BuyingRules | undefined> {
  return await table.get(keys.buyingRules(organisation), buyingRulesSchema, options);
}

/** Writes what the rules are from now on, if they are of the version before; the first, if there are none. */
export async function writeBuyingRules(table: Table, rules: Omit<BuyingRules, 'pk' | 'sk'>): Promise<boolean> {
  return await table.put({ ...rules, ...keys.buyingRules(rules.organisation) }, behind(rules.version));
}

/** Reads up to what amount an organisation may spend on a cohort; undefined when nothing was ever approved. */
export async function readApproval(table: Table, organisation: string, cohort: string): Promise<Approval | undefined> {
  return await table.get(keys.approval(organisation, cohort), approvalSchema, { consistent: true });
}

/** Writes what is approved from now on, if that is of the version before; the first, if there is none. */
export async function writeApproval(table: Table, approval: Omit<Approval, 'pk' | 'sk'>): Promise<boolean> {
  const key = keys.approval(approval.organisation, approval.cohort);
  return await table.put({ ...approval, ...key }, behind(approval.version));
}

function behind(version: number): Condition {
  return version === 1 ? absent : { condition: 'version = :before', values: { ':before': version - 1 } };
}
