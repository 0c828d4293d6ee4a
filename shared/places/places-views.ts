import type { ViewWrite } from '../aggregate.ts';
import { epochSeconds } from '../clock.ts';
import { keys } from '../table/keys.ts';
import { dueOfLedger } from './ledger-deadlines-views.ts';
import { cohortOf, countsOf, firstDayOf, placesOf, type Ledger } from './ledger.ts';

/** How long what has gone from a view keeps a mark there, so that a late duplicate of an old image cannot bring it back. */
export const keptSeconds = 14 * 86_400;

/** The views and due items that follow from a ledger; only those that differ from what the image before gave. */
export function viewsOfLedger(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  return [...listing(before, after), ...holdings(before, after), ...dueOfLedger(before, after)];
}

/**
 * The counts of the open cohort in its listing; its details are the cohort's own to write. When it was moved it goes from
 * where it was listed before, and comes to a day from which it may have gone once.
 */
function listing(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  const shown = (ledger: Ledger) => {
    const { free, waiting } = countsOf(ledger);
    return ledger.status === 'open' ? { free, waiting, capacity: ledger.capacity } : { gone: true };
  };
  const left = before?.listed === after.listed ? [] : (after.unlisted ?? []);
  if (before?.listed === after.listed && same(shown(before), shown(after))) return [];
  const gone = { gone: true, expires: epochSeconds(new Date(after.change.at)) + keptSeconds };
  const back = left.length === 0 ? {} : { gone: false, expires: null };
  const line = (listed: string, set: ViewWrite['set']): ViewWrite => {
    const [audience = '', firstDay = ''] = listed.split('#');
    return { key: keys.openCohort(audience, firstDay, cohortOf(after)), guard: 'v', version: after.version, set };
  };
  const here = after.status === 'open' ? { ...shown(after), ...back } : gone;
  return [line(after.listed, here), ...left.map((listed) => line(listed, gone))];
}

/** What each organisation has on this cohort. */
function holdings(before: Ledger | undefined, after: Ledger): ViewWrite[] {
  const was = before === undefined ? new Map<string, Holding>() : holdingsIn(before);
  const is = holdingsIn(after);
  // Told from one image alone (a repair), those count too who had something and have nothing left.
  const earlier = before === undefined ? Object.keys(after.live).map((short) => `org_${short}`) : was.keys();
  const organisations = [...new Set([...earlier, ...is.keys()])];
  return organisations.flatMap((organisation) => {
    const nothing = { status: after.status, firstDay: firstDayOf(after), confirmed: [], waiting: [] };
    const holding = is.get(organisation) ?? nothing;
    if (same(was.get(organisation), holding)) return [];
    return [
      { key: keys.organisationPlaces(organisation, cohortOf(after)), guard: 'v', version: after.version, set: holding },
    ];
  });
}

interface Holding extends Record<string, unknown> {
  readonly status: string;
  readonly firstDay: string;
  readonly confirmed: readonly number[];
  readonly waiting: readonly number[];
}

function holdingsIn(ledger: Ledger): Map<string, Holding> {
  const holders = Map.groupBy(placesOf(ledger), (place) => place.organisation);
  const about = { status: ledger.status, firstDay: firstDayOf(ledger) };
  // Those whose waits have lapsed stay known by their lines, though they may have nothing.
  const lapsed = Object.keys(ledger.lapsed ?? {}).map((short) => `org_${short}`);
  return new Map(
    [...new Set([...holders.keys(), ...lapsed])].map((organisation) => {
      const held = holders.get(organisation) ?? [];
      const ticketsOf = (state: string) => held.filter((place) => place.state === state).map(({ ticket }) => ticket);
      return [organisation, { ...about, confirmed: ticketsOf('confirmed'), waiting: ticketsOf('waiting') }];
    }),
  );
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
