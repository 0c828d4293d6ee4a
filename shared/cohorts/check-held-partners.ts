import { refusal } from '../errors.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import type { Organisation } from '../organisations/organisation.ts';
import { relationToShared } from '../programmes/relation-to-shared.ts';
import type { Table } from '../table/table.ts';
import type { Cohort } from './cohort.ts';

/**
 * Refuses with `request.invalid` when a place is to be held for an organisation that is not here, was succeeded by another,
 * or cannot see the programme.
 */
export async function checkHeldPartners(
  table: Table,
  { held, ...cohort }: Pick<Cohort, 'held' | 'host' | 'sharedWith'>,
): Promise<void> {
  if (held.length === 0) return;
  const known = await findOrganisations(
    table,
    held.map(({ organisation }) => organisation),
  );
  const fields = held.flatMap(({ organisation }, index) =>
    isHere(known.get(organisation)) && relationToShared(cohort, organisation) !== 'other'
      ? []
      : [
          {
            field: `held.${String(index)}.organisation`,
            message: 'No organisation with this id can see the programme',
          },
        ],
  );
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields });
}

function isHere(organisation: Organisation | undefined): boolean {
  return organisation !== undefined && organisation.status !== 'succeeded';
}
