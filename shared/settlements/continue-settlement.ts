import { changeByItself } from '../change.ts';
import type { Clock } from '../clock.ts';
import { findStatementById } from '../statements/find-statements.ts';
import { claimForSettlement, markSettled, releaseFromSettlement } from '../statements/settle-statement.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { clearedByPayments, isCleared } from './settlement-payment.ts';
import { isBinding, type Settlement } from './settlement.ts';
import { putPayment, readPayments, readSettlement, replaceSettlement } from './settlements-items.ts';

/** How many statements or payments are written at once. */
const atOnce = 16;

/** What is needed to go on with a settlement, by whoever asks or by the clock. */
interface Works {
  readonly table: Table;
  readonly clock: Clock;
}

/**
 * Goes on with a settlement from where it stands, however far it was prepared before, and answers it as it is then. Its
 * statements are taken, so that each is in one settlement at most; its payments written down; then it is open, and told
 * of. When another settlement has one of the statements it is abandoned, and gives back those that it had taken; so it
 * does when it is withdrawn. Once its first payment is made, what is set off is settled. Each step finds what it did
 * before, so that it may be cut off anywhere and be done twice at the same moment.
 */
export async function continueSettlement(works: Works, id: string): Promise<Settlement | undefined> {
  const settlement = await readSettlement(works.table, id);
  if (settlement?.status === 'preparing') return await prepare(works, settlement);
  if (settlement?.status === 'abandoned' || settlement?.status === 'withdrawn') await giveBack(works, settlement);
  if (settlement?.status === 'open' && isBinding(settlement)) return await settleWhatIsSetOff(works, settlement);
  return settlement;
}

async function prepare(works: Works, settlement: Settlement): Promise<Settlement | undefined> {
  const { table } = works;
  const { id, debts } = settlement;
  const taken = await manyAtOnce(debts, atOnce, async ({ statement }) => await take(works, statement, id));
  const isAll = taken.every((each) => each);
  if (isAll) await writeDownPayments(works, settlement);
  const next: Settlement = {
    ...settlement,
    status: isAll ? 'open' : 'abandoned',
    version: settlement.version + 1,
    change: changeByItself(isAll ? 'proposed' : 'abandoned', works.clock.now()),
  };
  // Whoever else goes on with it at the same moment may have come first: then it is as they have made it.
  await replaceSettlement(table, next);
  return await continueSettlement(works, id);
}

/** Takes a statement for a settlement; one that an abandoned or withdrawn one has not given back is taken from that. */
async function take({ table, clock }: Works, statement: string, settlement: string): Promise<boolean> {
  const claim = async () => await claimForSettlement(table, clock, { statement, settlement });
  if (await claim()) return true;
  const holder = (await findStatementById(table, statement))?.settlement;
  const held = holder === undefined ? undefined : await readSettlement(table, holder);
  if (holder === undefined || (held?.status !== 'abandoned' && held?.status !== 'withdrawn')) return false;
  await releaseFromSettlement(table, clock, { statement, settlement: holder });
  return await claim();
}

async function writeDownPayments({ table, clock }: Works, settlement: Settlement): Promise<void> {
  const cleared = clearedByPayments(settlement);
  await manyAtOnce([...settlement.payments.entries()], atOnce, async ([index, { from, to, pence }]) => {
    await putPayment(table, {
      settlement: settlement.id,
      number: index + 1,
      from,
      to,
      pence,
      clears: cleared[index] ?? [],
      status: 'owed',
      told: [from, to],
      version: 1,
      change: changeByItself('written-down', clock.now()),
    });
  });
}

async function giveBack({ table, clock }: Works, { id, debts }: Settlement): Promise<void> {
  await manyAtOnce(debts, atOnce, async ({ statement }) => {
    await releaseFromSettlement(table, clock, { statement, settlement: id });
  });
}

/**
 * What is set off needs no payment: it is settled as soon as the settlement cannot be withdrawn any more, and with nothing
 * to pay, so is all of it.
 */
async function settleWhatIsSetOff(works: Works, settlement: Settlement): Promise<Settlement | undefined> {
  const payments = await readPayments(works.table, settlement.id);
  const paid = new Set(payments.flatMap(({ clears }) => clears.map(({ statement }) => statement)));
  const setOff = settlement.debts.filter(({ statement }) => !paid.has(statement));
  await settle(
    works,
    settlement,
    setOff.map(({ statement }) => statement),
  );
  return await settleWhole(works, settlement, payments);
}

/**
 * Notes as settled what a confirmed payment clears, where all other payments that clear it are confirmed too; and the
 * settlement when all of its payments are. It may be done again, also when the settlement is settled: two that are
 * confirmed at the same moment may each see the other confirmed, and either may be cut off.
 */
export async function settlePayment(works: Works, id: string, number: number): Promise<void> {
  const settlement = await readSettlement(works.table, id);
  if (settlement?.status !== 'open' && settlement?.status !== 'settled') return;
  const payments = await readPayments(works.table, id);
  const own = payments.find((payment) => payment.number === number)?.clears ?? [];
  const statements = [...new Set(own.map(({ statement }) => statement))];
  await settle(
    works,
    settlement,
    statements.filter((statement) => isCleared(statement, payments)),
  );
  if (settlement.status === 'open') await settleWhole(works, settlement, payments);
}

async function settle({ table, clock }: Works, { id }: Settlement, statements: readonly string[]): Promise<void> {
  await manyAtOnce(statements, atOnce, async (statement) => {
    await markSettled(table, clock, { statement, settlement: id });
  });
}

/**
 * With all payments confirmed, all of the statements are settled, whoever else was to note that of some; and only then
 * the settlement: so that nothing is left behind that nobody would go on with.
 */
async function settleWhole(
  works: Works,
  settlement: Settlement,
  payments: Awaited<ReturnType<typeof readPayments>>,
): Promise<Settlement | undefined> {
  if (!payments.every(({ status }) => status === 'confirmed')) return settlement;
  const { table, clock } = works;
  await settle(
    works,
    settlement,
    settlement.debts.map(({ statement }) => statement),
  );
  const change = changeByItself('settled', clock.now());
  const next: Settlement = { ...settlement, status: 'settled', version: settlement.version + 1, change };
  return (await replaceSettlement(table, next)) ? next : await readSettlement(table, settlement.id);
}
