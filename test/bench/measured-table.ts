import { relayRecords } from '../../functions/relay/relay-records.ts';
import { openFeeds } from '../../shared/events/feeds.ts';
import type { Publisher } from '../../shared/events/publish-change.ts';
import { meterCapacity, type Charge } from '../support/capacity-meter.ts';
import { movableClock } from '../support/context.ts';
import { createTestTable } from '../support/table.ts';

/** A fresh table whose every request is metered, and a relay that publishes what was changed when it is told to. */
export async function openMeasuredTable() {
  const made = await createTestTable();
  const meter = meterCapacity(made.client);
  const clock = movableClock();
  const publisher: Publisher = {
    table: made.table,
    feeds: openFeeds(made.table),
    bus: { put: async () => await Promise.resolve() },
    clock,
  };

  /** Relays what has been changed since the last time. */
  async function relay(): Promise<void> {
    const records = meter
      .takeChanges()
      .map(({ before, after }) => ({ dynamodb: { NewImage: after, OldImage: before } }));
    const { failures } = await relayRecords(publisher, 1, records);
    if (failures[0] !== undefined) throw failures[0].error;
  }

  /** Does something and everything that follows from it; what it cost, and what the relay added. */
  async function measure(
    work: () => Promise<unknown>,
  ): Promise<{ readonly asked: Charge[]; readonly followed: Charge[] }> {
    meter.take();
    await work();
    const asked = meter.take();
    await relay();
    return { asked, followed: meter.take() };
  }
  return { ...made, clock, relay, measure };
}

export type MeasuredTable = Awaited<ReturnType<typeof openMeasuredTable>>;
