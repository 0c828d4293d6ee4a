import * as z from 'zod';
import type { Change } from '../change.ts';
import { keys, shardOf } from '../table/keys.ts';
import { absent, type Item, type Table, type TransactionWrite } from '../table/table.ts';
import { organisationSchema, type Identifier, type Organisation } from './organisation.ts';

const identifierItemSchema = z.object({ organisation: z.string() });

/** What the installation remembers: which organisation was founded first, and by which request. */
const installationSchema = z.object({ organisation: z.string(), request: z.string() });
export type Installation = z.infer<typeof installationSchema>;

/** Reads what was founded here; undefined on a new installation. */
export async function readInstallation(table: Table): Promise<Installation | undefined> {
  return await table.get(keys.installation(), installationSchema, { consistent: true });
}

/** The write that founds the installation: refused when it was founded already. */
export function installationMade(installation: Installation): TransactionWrite {
  return { put: { ...keys.installation(), ...installation }, onlyIf: absent };
}

/** Reads an organisation as it is at this moment. */
export async function readOrganisation(table: Table, organisation: string): Promise<Organisation | undefined> {
  return await table.get(keys.organisation(organisation), organisationSchema, { consistent: true });
}

/** Reads several organisations; those that are not there are left out. */
export async function readOrganisations(table: Table, organisations: readonly string[]): Promise<Organisation[]> {
  return await table.getMany(
    organisations.map((organisation) => keys.organisation(organisation)),
    organisationSchema,
  );
}

/** The writes that make an organisation, together: refused when its id or one of its identifiers is taken. */
export function organisationMade(organisation: Omit<Organisation, 'pk' | 'sk'>): TransactionWrite[] {
  const key = keys.organisation(organisation.id);
  const item: Item = {
    ...key,
    ...organisation,
    gsi2pk: keys.live(shardOf(key.pk)),
    gsi2sk: `${key.sk}#${organisation.id}`,
  };
  const identifiers = organisation.identifiers.map(({ scheme, value }) => ({
    put: { ...keys.organisationIdentifier(scheme, value), organisation: organisation.id },
    onlyIf: absent,
  }));
  return [{ put: item, onlyIf: absent }, ...identifiers];
}

/** The write with which a founded organisation gets its first administrator: refused when it has one. */
export function firstAdministratorSet(organisation: string, member: string, change: Change): TransactionWrite {
  return {
    key: keys.organisation(organisation),
    change: {
      update: 'SET #status = :joined, administrators = :members, version = version + :one, #change = :change',
      condition: '#status = :founded',
      names: { '#status': 'status', '#change': 'change' },
      values: {
        ':joined': 'joined',
        ':founded': 'founded',
        ':members': new Set([member]),
        ':one': 1,
        ':change': change,
      },
    },
  };
}

/** The write that adds an administrator: refused when `by`, the administrator who decided it, is no longer one. */
export function administratorAddition(
  organisation: string,
  member: string,
  by: string,
  change: Change,
): TransactionWrite {
  return {
    key: keys.organisation(organisation),
    change: {
      update: 'SET version = version + :one, #change = :change ADD administrators :members',
      condition: 'contains(administrators, :by)',
      names: { '#change': 'change' },
      values: { ':members': new Set([member]), ':by': by, ':one': 1, ':change': change },
    },
  };
}

/** The write that takes an administrator away: refused when it is the only one. */
export function administratorRemoval(organisation: string, member: string, change: Change): TransactionWrite {
  return {
    key: keys.organisation(organisation),
    change: {
      update: 'SET version = version + :one, #change = :change DELETE administrators :members',
      condition: 'contains(administrators, :member) AND size(administrators) > :one',
      names: { '#change': 'change' },
      values: { ':members': new Set([member]), ':member': member, ':one': 1, ':change': change },
    },
  };
}

/** Notes that an organisation was succeeded, once: nothing happens to one that was already. */
export async function writeSucceeded(
  table: Table,
  organisation: string,
  { by, on }: { readonly by: string; readonly on: string },
  change: Change,
): Promise<void> {
  await table.update(
    keys.organisation(organisation),
    {
      update:
        'SET #status = :succeeded, succeededBy = :by, succeededOn = :on, version = version + :one, #change = :change',
      condition: '#status = :joined',
      names: { '#status': 'status', '#change': 'change' },
      values: { ':succeeded': 'succeeded', ':joined': 'joined', ':by': by, ':on': on, ':one': 1, ':change': change },
    },
    organisationSchema,
  );
}

/** Whether one of the identifiers belongs to an organisation already. */
export async function anyIdentifierTaken(table: Table, identifiers: readonly Identifier[]): Promise<boolean> {
  const found = await Promise.all(
    identifiers.map(
      async ({ scheme, value }) =>
        await table.get(keys.organisationIdentifier(scheme, value), identifierItemSchema, { consistent: true }),
    ),
  );
  return found.some((item) => item !== undefined);
}
