import { changeByItself } from '../change.ts';
import type { Passing } from '../people/pass-on-people.ts';
import { manyAtOnce, patiently } from '../table/many-at-once.ts';
import { absent, type Condition, type TransactionWrite } from '../table/table.ts';
import { memberIdOf, type Member } from './member.ts';
import { memberItem, membersSource, readMember } from './members-items.ts';

const pageSize = 100;
const atOnce = 10;
/** How often a membership is written anew that somebody else has changed meanwhile. */
const attempts = 4;

/**
 * Makes the members of an organisation members of its successor as well, with the roles that they have but for that of
 * administrator (`staff` where none is left); who is one already keeps what they have. In the same transaction their old
 * membership is marked, by which each request of theirs knows of the succession. Done again, nothing happens.
 *
 * Does a hundred of them, behind a position; answers from where to go on, undefined when nobody is left. Causes
 * member.joined at the successor.
 */
export async function passOnMembers(passing: Passing, after: string | undefined): Promise<string | undefined> {
  const source = membersSource(passing.table, passing.from);
  const page = await patiently(async () => await source(after, pageSize));
  await manyAtOnce(page, atOnce, async (member) => {
    await patiently(async () => {
      await passOnMember(passing, member);
    });
  });
  return page.length < pageSize ? undefined : page.at(-1)?.sk;
}

async function passOnMember(passing: Passing, found: Member): Promise<void> {
  const { table, clock, to } = passing;
  let member: Member | undefined = found;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (member?.status !== 'active' || member.subject === undefined || member.succeededBy !== undefined) return;
    const marked = { ...member, succeededBy: to, version: member.version + 1 };
    const put = memberItem({ ...marked, change: changeByItself('succeeded', clock.now()) });
    const writes = [{ put, onlyIf: unchanged(member) }, ...(await joining(passing, member))];
    if (await table.transact(writes)) return;
    member = await readMember(table, member.organisation, member.id);
  }
  throw new Error('Another change came first');
}

/** The write with which a member joins the successor; none when they are a member there already. */
async function joining({ table, clock, to }: Passing, member: Member): Promise<TransactionWrite[]> {
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
