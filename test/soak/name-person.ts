import { changeNow } from '../../shared/change.ts';
import type { Context } from '../../shared/context.ts';
import { keys } from '../../shared/table/keys.ts';
import { imageSchema } from './images.ts';

/**
 * Notes on the ledger that a place has a named person, or has none any more, on the conditions that docs/data-model.md
 * gives; nothing happens when the place is not there. Naming has no operation yet, and what is named must stay.
 */
export async function namePerson(context: Context, cohort: string, ticket: number): Promise<void> {
  const ledger = await context.table.get(keys.ledger(cohort), imageSchema, { consistent: true });
  const key = Object.entries(ledger?.entries ?? {}).find(([, entry]) => entry === ticket)?.[0];
  if (ledger === undefined || key === undefined) return;
  const isNamed = ledger.named?.has(ticket) === true;
  await context.table.update(
    keys.ledger(cohort),
    {
      update: `SET version = version + :one, change = :change ${isNamed ? 'DELETE' : 'ADD'} named :tickets`,
      condition: `entries.#key = :ticket AND ${isNamed ? '' : 'NOT '}contains(named, :ticket)`,
      names: { '#key': key },
      values: {
        ':one': 1,
        ':change': changeNow(context, isNamed ? 'unnamed' : 'named'),
        ':ticket': ticket,
        ':tickets': new Set([ticket]),
      },
    },
    imageSchema,
  );
}
