import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { actorId } from '../context.ts';
import { createOnce } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { idOfRequest } from '../ids.ts';
import { defineOperation, idempotencyKeyOf, ownOrganisation } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { organisationId } from '../organisations/organisation.ts';
import { mostMembers, nettingAnswer, nettingAnswerSchema, nettingSchema } from './netting.ts';
import { nettingItem } from './nettings-items.ts';

/**
 * Proposes to other organisations, up to 200 with the own one, that what they owe one another is settled together. The
 * own organisation accepts it with that; nothing is settled so before all others have.
 *
 * Refusals: `request.invalid` for an organisation that has not joined or was succeeded, when none is named beside the
 * own one, and for more than 200; `request.key-reused`. Causes netting.proposed.
 */
export const proposeNetting = defineOperation({
  name: 'propose-netting',
  summary: 'Propose that organisations settle together what they owe one another',
  kind: 'create',
  input: z.strictObject({
    members: z
      .array(organisationId)
      .min(1)
      .max(mostMembers)
      .describe('Who is to net with one another; yours is among them'),
  }),
  output: nettingAnswerSchema,
  example: { members: ['org_6543210'] },
  refusals: ['request.key-reused'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, input, organisation) {
    const members = [...new Set([organisation, ...input.members])].sort();
    const item = nettingItem({
      id: idOfRequest('net', actorId(context.actor), 'propose-netting', idempotencyKeyOf(context)),
      proposer: organisation,
      members,
      accepted: [organisation],
      left: [],
      status: 'proposed',
      request: requestDigest(context, 'propose-netting', input),
      version: 1,
      change: changeNow(context, 'proposed'),
    });
    const known = await findOrganisations(context.table, members);
    const wrong = members.filter((member) => known.get(member)?.status !== 'joined');
    if (wrong.length > 0) throw invalid(`Not among the organisations that take part: ${wrong.slice(0, 20).join(', ')}`);
    if (members.length < 2) throw invalid('Name an organisation beside your own');
    if (members.length > mostMembers) throw invalid(`More than ${String(mostMembers)} with your own`);
    return nettingAnswer(await createOnce(context.table, item, nettingSchema));
  },
});

function invalid(message: string) {
  return refusal('request.invalid', undefined, { fields: [{ field: 'members', message }] });
}
