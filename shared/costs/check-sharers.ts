import { refusal } from '../errors.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import type { Table } from '../table/table.ts';
import type { SharingRule } from './sharing-rule.ts';

/** Refuses with `request.invalid` a rule that names an organisation which is not here. Nothing is read for one that names none. */
export async function checkSharers(table: Table, rule: SharingRule): Promise<void> {
  const named = sharersIn(rule);
  if (named.length === 0) return;
  const known = await findOrganisations(
    table,
    named.map(({ organisation }) => organisation),
  );
  const fields = named.flatMap(({ field, organisation }) =>
    known.has(organisation) ? [] : [{ field, message: 'There is no organisation with this id' }],
  );
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields: fields.slice(0, 20) });
}

function sharersIn(rule: SharingRule): { readonly field: string; readonly organisation: string }[] {
  const listed = (name: string, some: readonly { readonly organisation: string }[]) =>
    some.map(({ organisation }, index) => ({ field: `rule.${name}.${String(index)}.organisation`, organisation }));
  switch (rule.by) {
    case 'weights':
      return listed('weights', rule.weights);
    case 'percentages':
      return listed('percentages', rule.percentages);
    case 'evenly':
    case 'places':
    case 'fixed-price':
      return [];
  }
}
