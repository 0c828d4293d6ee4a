import { keys } from '../table/keys.ts';
import type { Item, Table, TransactionWrite } from '../table/table.ts';
import { invitationSchema, type Invitation } from './invitation.ts';

/** Reads an invitation as it is at this moment. */
export async function readInvitation(table: Table, invitation: string): Promise<Invitation | undefined> {
  return await table.get(keys.invitation(invitation), invitationSchema, { consistent: true });
}

/** The item of an invitation. */
export function invitationItem(invitation: Invitation): Item & Invitation {
  return { ...keys.invitation(invitation.id), ...invitation };
}

/** The write that uses an invitation up: refused when it was used, or has expired at this second. */
export function invitationUsed(
  invitation: string,
  usedBy: { readonly organisation: string; readonly member: string },
  now: number,
): TransactionWrite {
  return {
    key: keys.invitation(invitation),
    change: {
      update: 'SET usedBy = :usedBy',
      condition: 'attribute_exists(pk) AND attribute_not_exists(usedBy) AND expires > :now',
      values: { ':usedBy': usedBy, ':now': now },
    },
  };
}
