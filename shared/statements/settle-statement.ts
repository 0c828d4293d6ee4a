import { changeByItself } from '../change.ts';
import { dayOf, type Clock } from '../clock.ts';
import { refusal } from '../errors.ts';
import type { Table } from '../table/table.ts';
import { findTold } from '../successions/find-account-holder.ts';
import type { Statement } from './statement.ts';
import { readStatement, replaceStatement } from './statements-items.ts';

/** How often the write is tried again that another change has overtaken. */
const attempts = 5;

interface Claim {
  readonly statement: string;
  readonly settlement: string;
}

/**
 * Takes an agreed statement for a settlement, so that it is in no other. True also when it was taken for this one before; false
 * when it is not agreed, is settled, or is another settlement's. Refuses with `request.busy`. Announces nothing.
 */
export async function claimForSettlement(
  table: Table,
  clock: Clock,
  { statement, settlement }: Claim,
): Promise<boolean> {
  return await decide(table, statement, (found) => {
    if (found.settlement !== undefined) return found.settlement === settlement;
    if (found.status !== 'agreed') return false;
    return { ...found, settlement, change: changeByItself('claimed', clock.now()) };
  });
}

/**
 * Gives back a statement that was taken for a settlement which did not come about. True also when it was not taken; false when
 * it is another settlement's, or settled. Refuses with `request.busy`. Announces nothing.
 */
export async function releaseFromSettlement(
  table: Table,
  clock: Clock,
  { statement, settlement }: Claim,
): Promise<boolean> {
  return await decide(table, statement, (found) => {
    if (found.settlement === undefined) return true;
    if (found.settlement !== settlement || found.status === 'settled') return false;
    const { settlement: _settlement, ...rest } = found;
    return { ...rest, change: changeByItself('released', clock.now()) };
  });
}

/**
 * Notes that a statement is settled, by the settlement that it was taken for. True also when it was noted before; false when
 * it was not taken for this one. Refuses with `request.busy`. Causes statement.settled.
 */
export async function markSettled(table: Table, clock: Clock, { statement, settlement }: Claim): Promise<boolean> {
  return await decide(table, statement, (found) => {
    if (found.settlement !== settlement) return false;
    if (found.status === 'settled') return true;
    const settledOn = dayOf(clock.now());
    return { ...found, status: 'settled', settledOn, change: changeByItself('settled', clock.now()) };
  });
}

/** Writes what a decision makes of a statement as it is at this moment; or answers what it says without writing. */
async function decide(table: Table, id: string, decision: (found: Statement) => Statement | boolean): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await readStatement(table, id);
    const next = found === undefined ? false : decision(found);
    if (typeof next === 'boolean') return next;
    const told = await findTold(table, next);
    if (await replaceStatement(table, { ...next, told, version: next.version + 1 })) return true;
  }
  throw refusal('request.busy');
}
