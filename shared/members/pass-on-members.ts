import { changeByItself } from '../change.ts';
import type { Clock } from '../clock.ts';
import { absent, type Condition, type Table, type TransactionWrite } from '../table/table.ts';
import { memberIdOf, type Member } from './member.ts';
import { memberItem, membersSource, readMember } from './members-items.ts';

const pageSize = 100;
/** How often a membership is written anew that somebody else has changed meanwhile. */
const attempts = 4;

/**
 * Makes the members of an organisation members of its successor as well, with the roles that they have but for that of
 * administrator (`staff` where none is left); who is one already keeps what they have. In the same transaction their old
 * membership is marked, by which each request of theirs knows of the succession. Done again, nothing happens.
 *
 * Causes member.joined at the successor.
 */
export async function passOnMembers(
  table: Table,
  clock: Clock,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const source = membersSource(table, from);
  let after: string | undefined;
  do {
    const page = await source(after, pageSize);
    for (const member of page) await passOnMember(table, clock, member, to);
    after = page.length < pageSize ? undefined : page.at(-1)?.sk;
  } while (after !== undefined);
}

async function passOnMember(table: Table, clock: Clock, found: Member, to: string): Promise<void> {
  let member: Member | undefined = found;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (member?.status !== 'active' || member.subject === undefined || member.succeededBy !== undefined) return;
    const marked = { ...member, succeededBy: to, version: member.version + 1 };
    const put = memberItem({ ...marked, change: changeByItself('succeeded', clock.now()) });
    const writes = [{ put, onlyIf: unchanged(member) }, ...(await joining(table, clock, member, to))];
    if (await table.transact(writes)) return;
    member = await readMember(table, member.organisation, member.id);
  }
  throw new Error('Another change came first');
}

/** The write with which a member joins the successor; none when they are a member there already. */
async function joining(table: Table, clock: Clock, member: Member, to: string): Promise<TransactionWrite[]> {
  const { subject = '', name, email } = member;
  const id = memberIdOf(to, subject);
  const there = await readMember(table, to, id);
  if (there?.status === 'active') return [];
  const kept = member.roles.filter((role) => role !== 'administrator');
  const roles = kept.length === 0 ? (['staff'] as const) : kept;
  const put = memberItem({
    id,
    organisation: to,
    status: 'active',
    roles: [...roles],
    subject,
    name,
    email,
    version: (there?.version ?? 0) + 1,
    change: changeByItself('joined', clock.now()),
  });
  return [{ put, onlyIf: there === undefined ? absent : unchanged(there) }];
}

function unchanged({ version }: Member): Condition {
  return { condition: 'version = :seen', values: { ':seen': version } };
}
