import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { nettingStatus, type Netting } from './netting.ts';

const netting = z.string().describe('The id of the netting agreement');
const members = z.array(z.string()).describe('The organisations that net with one another, or are to');
const ofOne = z.object({ netting, organisation: z.string().describe('Which organisation') });
const ofAll = z.object({ netting, members });
const example = { netting: 'net_0123456789ab' };
const both = ['org_0123456', 'org_6543210'];
const toMembers = 'Told to its members.';

const proposed = defineEvent({
  type: 'netting.proposed',
  version: 1,
  readBy: 'get-netting',
  summary: `An organisation proposes to some others to settle together what they owe one another. ${toMembers}`,
  data: ofAll.extend({ proposer: z.string() }),
  example: { ...example, members: both, proposer: 'org_0123456' },
});
const accepted = defineEvent({
  type: 'netting.accepted',
  version: 1,
  readBy: 'get-netting',
  summary: 'An organisation accepts a netting agreement. Told to it and to who proposed it.',
  data: ofOne,
  example: { ...example, organisation: 'org_6543210' },
});
const activated = defineEvent({
  type: 'netting.activated',
  version: 1,
  readBy: 'get-netting',
  summary: `All members have accepted: from now on they can settle under the agreement. ${toMembers}`,
  data: ofAll,
  example: { ...example, members: both },
});
const left = defineEvent({
  type: 'netting.left',
  version: 1,
  readBy: 'get-netting',
  summary: 'An organisation leaves a netting agreement, or will not become a member. Told to it and to the members.',
  data: ofOne,
  example: { ...example, organisation: 'org_6543210' },
});
const ended = defineEvent({
  type: 'netting.ended',
  version: 1,
  readBy: 'get-netting',
  summary: 'Fewer than two members are left: nothing more is settled under the agreement. Told to all who ever were.',
  data: z.object({ netting }),
  example,
});
const restated = defineEvent({
  type: 'netting.restated',
  version: 1,
  readBy: 'get-netting',
  summary: `How a netting agreement stands, told anew because events were lost. ${toMembers}`,
  data: ofAll.extend({ status: nettingStatus }),
  example: { ...example, members: both, status: 'active' },
});

export const nettingEvents = [proposed, accepted, activated, left, ended, restated];

/** What happened to a netting agreement. */
export function eventsOfNetting(before: Netting | undefined, after: Netting): readonly Announcement[] {
  if (before === undefined) {
    const data = { netting: after.id, members: after.members, proposer: after.proposer };
    return [proposed.announce(data, after.members)];
  }
  const all = [...after.members, ...after.left];
  const ofEach = (organisation: string) => ({ netting: after.id, organisation });
  const accepting = after.accepted.filter((member) => !before.accepted.includes(member));
  const leaving = after.left.filter((member) => !before.left.includes(member));
  const turned = (status: Netting['status']) => before.status !== status && after.status === status;
  return [
    ...accepting.map((member) => accepted.announce(ofEach(member), [...new Set([member, after.proposer])], member)),
    ...leaving.map((member) => left.announce(ofEach(member), [member, ...after.members], member)),
    ...(turned('active') ? [activated.announce({ netting: after.id, members: after.members }, after.members)] : []),
    ...(turned('ended') ? [ended.announce({ netting: after.id }, all)] : []),
  ];
}

/** How a netting agreement stands. */
export function restateNetting({ id, members: those, status }: Netting): readonly Announcement[] {
  return those.length === 0 ? [] : [restated.announce({ netting: id, members: those, status }, those)];
}
