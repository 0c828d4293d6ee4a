import { changeNow } from '../change.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { digest } from '../ids.ts';
import { claimRefusal } from './claim-place.ts';
import { standingOf, type Ledger } from './ledger.ts';
import { checkPerson } from './may-name.ts';
import { blankRecord, exceptionFor, type PlaceRecord, type Unkeyed } from './place-record.ts';
import type { Table } from '../table/table.ts';
import { readPlaceRecords } from './place-records-items.ts';
import { claimKey, readLedger, writeClaim } from './places-items.ts';
import { writeName } from './write-name.ts';

/**
 * Somebody whom the host gives a place; `occasion` is why (an application), and gives no more than one. With an exception
 * they need not be of the programme's audience.
 */
export interface ChosenPerson {
  readonly person: string;
  readonly organisation: string;
  readonly occasion: string;
  readonly exception?: Omit<NonNullable<PlaceRecord['exception']>, 'person'> | undefined;
}

/**
 * Gives a person a place of a cohort, in the name of its host: it is claimed for their organisation, confirmed at once, and
 * named. Both follow from the occasion, so done again after it stopped anywhere, it goes on from there; done already, it
 * answers the same ticket, also when the name was taken off since. A closed cohort takes no claims, but its host may fill it. The freeze date does not matter: it asks for the host's agreement, and this is the host.
 *
 * Refusals, with nothing claimed: `person.not-found`, `person.not-released`, `person.not-eligible`, `person.already-named`;
 * `cohort.not-open`, `place.not-enough`, `place.over-limit`, `place.busy`. After the claim: `place.not-found` when the
 * place was given back meanwhile, `place.named` when somebody else is named on it, `request.busy`.
 */
export async function placePerson(context: Context, cohort: Cohort, chosen: ChosenPerson): Promise<number> {
  const { table } = context;
  const { person, organisation } = chosen;
  const key = claimKey(organisation, chosen.occasion, 'selection');
  const before = await readLedger(table, cohort.id, { consistent: true });
  if (before === undefined) throw refusal('cohort.not-open');
  const records = await readPlaceRecords(table, cohort.id);
  const recordOf = (ticket: number): Unkeyed => {
    const blank = blankRecord({ cohort: cohort.id, ticket, organisation, host: cohort.host });
    return withException(records.get(ticket) ?? blank, chosen);
  };
  const claimed = before.entries[`${key}.0`] ?? 0;
  const record = recordOf(claimed);
  if (before.named?.has(claimed) === true) {
    if (record.person === person) return claimed;
    throw refusal('place.named');
  }
  // They had it, and their organisation has taken the name off since.
  if (claimed > 0 && before.unnamed?.[String(claimed)] !== undefined) return claimed;
  await checkPerson(context, cohort, person, { ledger: before, record, records });
  const ledger = claimed === 0 ? await claim(context, cohort, { organisation, key, before }) : before;
  const ticket = ledger.entries[`${key}.0`];
  const entry = standingOf(ledger).confirmed.find((one) => one.ticket === ticket);
  if (entry === undefined) throw refusal('place.not-found');
  await writeName(
    context,
    { ledger, entry, record: recordOf(entry.ticket) },
    person,
    digest(chosen.occasion).slice(0, 16),
  );
  return entry.ticket;
}

/** The record with the exception for who is to be named on it, where there is one and the place has none for them. */
function withException(record: Unkeyed, { person, exception }: ChosenPerson): Unkeyed {
  if (exception === undefined || exceptionFor(record, person) !== undefined) return record;
  return { ...record, exception: { ...exception, person } };
}

/**
 * The ticket that was claimed for an organisation on an occasion, named or not; undefined when none was, or it was given
 * back.
 */
export async function ticketOfOccasion(
  table: Table,
  cohort: string,
  { organisation, occasion }: Pick<ChosenPerson, 'organisation' | 'occasion'>,
): Promise<number | undefined> {
  const ledger = await readLedger(table, cohort, { consistent: true });
  const ticket = ledger?.entries[`${claimKey(organisation, occasion, 'selection')}.0`] ?? 0;
  return ticket > 0 ? ticket : undefined;
}

/** Claims one place under a key, confirmed at once; answers the ledger that has it. */
async function claim(
  context: Context,
  cohort: Cohort,
  { organisation, key, before }: { readonly organisation: string; readonly key: string; readonly before: Ledger },
): Promise<Ledger> {
  const wanted = { organisation, quantity: 1, allOrNothing: true, alsoClosed: true };
  const { applied, whole: ledger } = await writeClaim(context.table, {
    ...wanted,
    cohort: cohort.id,
    planned: before.planned ?? cohort.version,
    key,
    limit: cohort.limit,
    waitlist: cohort.waitlist,
    until: undefined,
    brief: false,
    change: changeNow(context, 'claimed'),
  });
  if (ledger === undefined) throw refusal('cohort.not-open');
  if (!applied && ledger.entries[`${key}.0`] === undefined) throw claimRefusal(ledger, cohort, wanted);
  return ledger;
}
