import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { changeByItself } from '../../shared/change.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Cohort } from '../../shared/cohorts/cohort.ts';
import { sessionId } from '../../shared/cohorts/session.ts';
import { sharesWritten } from '../../shared/costs/shares-items.ts';
import { closePeriod } from '../../shared/postings/close-period.ts';
import { exportJournal } from '../../shared/postings/export-journal.ts';
import { givenProgramme } from './given.ts';
import { givenNamedOrganisation, parties } from './people.ts';
import { openPlaces } from './places.ts';
import { financeOf } from './postings.ts';

const { trust, council } = parties;

/** A table on which hosts are owed something by the trust and the council, and what their finance does with its journals. */
export async function openJournals(clock: Clock) {
  const at = await openPlaces(clock);
  const as = financeOf(at.table, clock);
  await givenNamedOrganisation(at.table, clock, 'trust');
  await givenNamedOrganisation(at.table, clock, 'council', 'local-authority');
  let groups = 0;
  return {
    ...at,
    as,
    /** A host of its own to each test, its programme, and cohorts of it that are forecast to cost the trust and the council something. */
    givenHost: async (given?: string) => {
      groups += 1;
      const name = given ?? `creditor ${String(groups)}`;
      const host = await givenNamedOrganisation(at.table, clock, name);
      const programme = await givenProgramme(at.table, clock, host);
      const cohort = async (days: readonly string[], facts: Partial<Cohort> = {}) => {
        const sessions = days.map((day, index) => {
          return { id: sessionId.parse(`1-${String(index + 1)}`), day, from: '09:00', to: '16:30' };
        });
        const [firstDay = '', lastDay = ''] = [days[0], days.at(-1)];
        return await at.given({ host, programme, sessions, firstDay, lastDay, ...facts });
      };
      const forecast = async ({ id }: Cohort, net = 10_001) => {
        const share = { vat: 0, treatment: 'outside-scope' as const, tickets: [1] };
        const shares = [
          { ...share, organisation: trust, net },
          { ...share, organisation: council, net: 2000 },
        ];
        const change = changeByItself('forecast', clock.now());
        const of = { cohort: id, host, status: 'forecast' as const, freezesOn: '2027-09-07', shared: 12_001, shares };
        const { put } = sharesWritten({ ...of, changes: 1, steps: 0, closes: [], version: 1, change });
        await at.table.put(put);
      };
      await at.relay.relayAll();
      return { host, name, cohort, forecast };
    },
    closeMonth: async (host: string, period: string) => await closePeriod.perform(as(host), { period }),
    /** The lines of an organisation's journal, with all or with one counterparty. */
    journal: async (organisation: string, period: string, counterparty?: string, table = at.table) => {
      const asked = { period, ...(counterparty === undefined ? {} : { counterparty }) };
      const { content } = await exportJournal.perform({ ...as(organisation), table }, asked);
      return z.array(z.record(z.string(), z.string())).parse(parse(content, { bom: true, columns: true }));
    },
  };
}
export type JournalsTable = Awaited<ReturnType<typeof openJournals>>;
