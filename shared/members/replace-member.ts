import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { administratorAdded, administratorRemoved, isAdministrator } from '../organisations/administrators.ts';
import type { Table, TransactionWrite } from '../table/table.ts';
import type { Member } from './member.ts';
import { memberItem, readMember } from './members-items.ts';

/**
 * Writes what a member is from now on, if they still are what was read; with the organisation's administrators in the
 * same transaction when the member becomes one or is one no longer. `by` is the administrator who decided it.
 * Refusals: `request.stale`, `member.last-administrator`, `actor.not-allowed` when `by` was removed at this moment.
 */
export async function replaceMember(table: Table, before: Member, next: Member, by: string): Promise<Member> {
  const write: TransactionWrite = {
    put: memberItem(next),
    onlyIf: { condition: 'version = :seen', values: { ':seen': before.version } },
  };
  const beside = administratorWrites(before, next, by);
  const written =
    beside.length === 0 ? await table.put(write.put, write.onlyIf) : await table.transact([write, ...beside]);
  if (written) return next;
  const now = await readMember(table, before.organisation, before.id);
  if (now !== undefined && isOwnWrite(now, before.version, next.change.request ?? '')) return now;
  if (now?.version !== before.version) throw refusal('request.stale');
  if (!(await isAdministrator(table, before.organisation, by))) throw refusal('actor.not-allowed');
  throw refusal('member.last-administrator');
}

function administratorWrites(before: Member, next: Member, by: string): TransactionWrite[] {
  const { organisation, id: member } = before;
  const was = before.roles.includes('administrator');
  const is = next.roles.includes('administrator');
  if (was === is) return [];
  const { change } = next;
  return is
    ? [administratorAdded({ organisation, member, by, change })]
    : [administratorRemoved({ organisation, member, change })];
}
