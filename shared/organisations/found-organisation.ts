import * as z from 'zod';
import { changeNow } from '../change.ts';
import { refusal } from '../errors.ts';
import { digest, newId } from '../ids.ts';
import { defineOperation, nothingOwned } from '../operation.ts';
import { invitationAnswer } from './invitation.ts';
import { invitationItem } from './invitations-items.ts';
import { newInvitation } from './make-invitation.ts';
import { organisationDetails, organisationId } from './organisation.ts';
import { installationMade, organisationMade, readInstallation, readOrganisation } from './organisations-items.ts';
import type { Context } from '../context.ts';

const output = z.object({ organisation: organisationId, code: z.string(), expiresAt: invitationAnswer.expiresAt });

/**
 * Founds the first organisation of an installation and answers the one-time code, good for 14 days, with which its first
 * administrator joins. Everybody else comes by invitation: there is no central administrator.
 *
 * Once for an installation: `installation.already-founded`. While nobody has used the code, the same call answers a new
 * one, so a code that was lost or has expired does not lock the installation. Causes organisation.founded.
 */
export const foundOrganisation = defineOperation({
  name: 'found-organisation',
  summary: 'Found the first organisation of an installation',
  kind: 'create',
  input: z.strictObject(organisationDetails),
  output,
  example: {
    name: 'Barking, Havering and Redbridge University Hospitals NHS Trust',
    kind: 'trust',
    identifiers: [{ scheme: 'ods', value: 'RF4' }],
  },
  refusals: ['installation.already-founded'],
  notFound: 'organisation.not-found',
  target: nothingOwned,
  async run(context, details) {
    const request = digest('found-organisation', JSON.stringify(details));
    const id = newId('org', context.random);
    const { invitation, answer } = invitationToLead(context, id, request);
    const made = await context.table.transact([
      installationMade({ organisation: id, request }),
      ...organisationMade({
        id,
        ...details,
        status: 'founded',
        version: 1,
        change: changeNow(context, 'founded'),
      }),
      { put: invitation },
    ]);
    return made ? answer : await newCode(context, request);
  },
});

/** Another code for what was founded by the same call and has nobody yet. */
async function newCode(context: Context, request: string): Promise<z.infer<typeof output>> {
  const installation = await readInstallation(context.table);
  if (installation === undefined) throw refusal('request.busy');
  const organisation = await readOrganisation(context.table, installation.organisation);
  if (installation.request !== request || organisation?.status !== 'founded') {
    throw refusal('installation.already-founded');
  }
  const { invitation, answer } = invitationToLead(context, organisation.id, request);
  await context.table.put(invitation);
  return answer;
}

function invitationToLead(context: Context, organisation: string, request: string) {
  const { invitation, code } = newInvitation(context, {
    id: newId('inv', context.random),
    offer: { kind: 'founding', organisation },
    request,
  });
  return {
    invitation: invitationItem(invitation),
    answer: { organisation, code, expiresAt: new Date(invitation.expires * 1000).toISOString() },
  };
}
