import { refusal } from '../errors.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import type { Table } from '../table/table.ts';
import type { Programme } from './programme.ts';

/**
 * With whom a host shares: all, or its named partners, each once and without the host itself, who always sees it.
 * Refuses with `request.invalid` when one of them is no organisation here, or none but the host is named.
 */
export async function namedPartners(
  table: Table,
  host: string,
  sharedWith: Programme['sharedWith'],
): Promise<Programme['sharedWith']> {
  if (sharedWith === 'all') return 'all';
  const partners = [...new Set(sharedWith)].filter((partner) => partner !== host);
  const known = await findOrganisations(table, partners);
  const unknown = partners.filter((partner) => !known.has(partner));
  if (partners.length > 0 && unknown.length === 0) return partners;
  const message =
    unknown.length === 0 ? 'Name a partner beside yourself' : `There is no organisation ${unknown.join(', ')}`;
  throw refusal('request.invalid', undefined, { fields: [{ field: 'sharedWith', message }] });
}
