import { changeByItself } from '../change.ts';
import type { Passing } from '../people/pass-on-people.ts';
import { manyAtOnce, patiently } from '../table/many-at-once.ts';
import { approvalReplaced, orderReplaced, readApproval, readApprovals, readOrder, readOrders } from './buying-items.ts';
import type { Approval, Order, Written } from './buying-rules.ts';
import { mostPence } from './pence.ts';

const pageSize = 100;
const atOnce = 25;
/** How often it is tried again on what somebody else has changed meanwhile. */
const attempts = 4;

/**
 * Passes what an organisation has approved to be spent on cohorts to its successor: added to what that approved itself, since the
 * places of both are now its own. What was passed is no longer approved where it was, in the same transaction, so that done
 * again nothing passes twice. A hundred at once, behind a position; answers from where to go on, undefined when none is left.
 */
export async function passOnApprovals(passing: Passing, after: string | undefined): Promise<string | undefined> {
  return await throughPage(after, async (from) => await readApprovals(passing.table, passing.from, from, pageSize), {
    work: async ({ cohort }) => {
      await untilWritten(async () => await passOnApproval(passing, cohort));
    },
  });
}

/**
 * Passes the purchase orders and cost centres of an organisation to its successor, as far as that has none of its own on the cohort; what it has
 * of its own stays, and so does then what the other had, for what that owes itself. A hundred at once, as approvals.
 */
export async function passOnOrders(passing: Passing, after: string | undefined): Promise<string | undefined> {
  return await throughPage(after, async (from) => await readOrders(passing.table, passing.from, from, pageSize), {
    work: async ({ cohort }) => {
      await untilWritten(async () => await passOnOrder(passing, cohort));
    },
  });
}

async function throughPage<Kept extends Approval | Order>(
  after: string | undefined,
  read: (after: string | undefined) => Promise<Kept[]>,
  { work }: { readonly work: (kept: Kept) => Promise<void> },
): Promise<string | undefined> {
  const page = await patiently(async () => await read(after));
  await manyAtOnce(page, atOnce, work);
  return page.length < pageSize ? undefined : page.at(-1)?.sk;
}

async function untilWritten(write: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await patiently(write)) return;
  }
  throw new Error('Another change came first');
}

/** Says whether nothing is left to be passed on. */
async function passOnApproval(passing: Passing, cohort: string): Promise<boolean> {
  const { table, from, to } = passing;
  const [left, there] = [await readApproval(table, from, cohort), await readApproval(table, to, cohort)];
  if (left === undefined || left.amount === 0) return true;
  const before = there?.amount ?? 0;
  const next = {
    organisation: to,
    cohort,
    amount: Math.min(before + left.amount, mostPence),
    version: (there?.version ?? 0) + 1,
    written: before === 0 ? left.written : passedNow(passing),
  };
  const nothing = { ...left, amount: 0, version: left.version + 1, written: passedNow(passing) };
  return await table.transact([approvalReplaced(next), approvalReplaced(nothing)]);
}

/** Says whether nothing is left that the successor does not have itself. */
async function passOnOrder(passing: Passing, cohort: string): Promise<boolean> {
  const { table, from, to } = passing;
  const [left, there] = [await readOrder(table, from, cohort), await readOrder(table, to, cohort)];
  const passed = {
    purchaseOrder: there?.purchaseOrder === undefined ? left?.purchaseOrder : undefined,
    costCentre: there?.costCentre === undefined ? left?.costCentre : undefined,
  };
  if (left === undefined || (passed.purchaseOrder === undefined && passed.costCentre === undefined)) return true;
  const next = {
    organisation: to,
    cohort,
    purchaseOrder: there?.purchaseOrder ?? passed.purchaseOrder,
    costCentre: there?.costCentre ?? passed.costCentre,
    version: (there?.version ?? 0) + 1,
    written: there === undefined ? left.written : passedNow(passing),
  };
  const rest = {
    ...left,
    purchaseOrder: passed.purchaseOrder === undefined ? left.purchaseOrder : undefined,
    costCentre: passed.costCentre === undefined ? left.costCentre : undefined,
    version: left.version + 1,
    written: passedNow(passing),
  };
  return await table.transact([orderReplaced(next), orderReplaced(rest)]);
}

function passedNow({ clock }: Passing): Written {
  const { type: request, by, at } = changeByItself('passed-on', clock.now());
  return { by, at, request };
}
