import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changeByItself } from '../../../shared/change.ts';
import { closePeriod } from '../../../shared/postings/close-period.ts';
import { explainPosting } from '../../../shared/postings/explain-posting.ts';
import { exportJournal } from '../../../shared/postings/export-journal.ts';
import { getPeriods } from '../../../shared/postings/get-periods.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import type { Succession } from '../../../shared/successions/succession.ts';
import { keys } from '../../../shared/table/keys.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { financeOf, givenPosting } from '../../support/postings.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
const heir = organisationNamed('heir');
let made: TestTable;
let as: ReturnType<typeof financeOf>;
let relay: StreamRelay;

beforeAll(async () => {
  made = await createTestTable();
  as = financeOf(made.table, clock);
  relay = streamRelay(made, clock);
});
afterAll(async () => {
  relay.stop();
  await made.remove();
});

let groups = 0;
/** An organisation that the heir has succeeded, or is about to. */
async function givenPredecessor(status: Succession['status']): Promise<string> {
  groups += 1;
  const organisation = organisationNamed(`predecessor ${String(groups)}`);
  const change = changeByItself(status, clock.now());
  const facts = { organisation, successor: heir, on: '2027-01-01', status, request: 'given', version: 1, change };
  await made.table.put({ ...keys.succession(organisation), ...facts });
  return organisation;
}

describe('who has succeeded an organisation', () => {
  test('acts for it as the one that is owed, and is told of it', async () => {
    const predecessor = await givenPredecessor('done');
    const posting = await givenPosting(made.table, { creditor: predecessor });
    const { id, debtor, period } = posting;
    const asked = { counterparty: debtor, side: 'owed-to-us', period, predecessor };
    const { items } = await listPostings.perform(as(heir), asked);
    expect(items.map((one) => one.id)).toEqual([id]);
    const why = await explainPosting.perform(as(heir), { posting: id, creditor: predecessor, debtor, period });
    expect(why.posting.id).toBe(id);
    const { content } = await exportJournal.perform(as(heir), { period, predecessor });
    expect(content).toContain(id);
    expect(await closePeriod.perform(as(heir), { period: '2026-12', predecessor })).toMatchObject({
      through: '2026-12',
    });
    expect(await getPeriods.perform(as(heir), { predecessor })).toMatchObject({ through: '2026-12' });
    expect(await getPeriods.perform(as(heir), {})).toEqual({ closings: [] });
    const how = { posting: id, debtor, period, effectiveOn: '2026-12-31', because: 'agreed' };
    await relay.loseAll();
    const reversal = await reversePosting.perform(as(heir), { ...how, predecessor });
    expect(reversal).toMatchObject({ creditor: predecessor, period: '2027-01' });
    const told = (await relay.relayAll()).filter(({ type }) => type === 'cost.reversed');
    expect(told.map(({ audience }) => audience)).toEqual([[predecessor, debtor, heir]]);
  });

  test('acts for it as the one that owes', async () => {
    const debtor = await givenPredecessor('passing');
    const { id, creditor, period } = await givenPosting(made.table, { debtor });
    const asked = { counterparty: creditor, side: 'owed-by-us', period, predecessor: debtor };
    expect((await listPostings.perform(as(heir), asked)).items).toHaveLength(1);
    const why = await explainPosting.perform(as(heir), { posting: id, creditor, debtor, period });
    expect(why.posting.id).toBe(id);
  });

  test('not before the day of the succession, and nobody else', async () => {
    const [promised, succeeded] = [await givenPredecessor('accepted'), await givenPredecessor('done')];
    for (const [predecessor, by] of [
      [promised, heir],
      [succeeded, organisationNamed('stranger')],
    ] as const) {
      const { id, debtor, period } = await givenPosting(made.table, { creditor: predecessor });
      const asked = { counterparty: debtor, side: 'owed-to-us', period, predecessor };
      const none = { code: 'organisation.not-found' };
      await expect(listPostings.perform(as(by), asked)).rejects.toMatchObject(none);
      await expect(exportJournal.perform(as(by), { period, predecessor })).rejects.toMatchObject(none);
      await expect(getPeriods.perform(as(by), { predecessor })).rejects.toMatchObject(none);
      await expect(closePeriod.perform(as(by), { period: '2026-12', predecessor })).rejects.toMatchObject(none);
      const how = { posting: id, debtor, period, effectiveOn: '2026-12-31', because: 'agreed', predecessor };
      await expect(reversePosting.perform(as(by), how)).rejects.toMatchObject({ code: 'posting.not-found' });
      const explained = explainPosting.perform(as(by), { posting: id, creditor: predecessor, debtor, period });
      await expect(explained).rejects.toMatchObject({ code: 'posting.not-found' });
    }
  });
});
