import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { actorId } from '../context.ts';
import { createOnce } from '../create-once.ts';
import { idOfRequest } from '../ids.ts';
import { defineOperation, idempotencyKeyOf, ownOrganisation } from '../operation.ts';
import { namedPartners } from './named-partners.ts';
import { programmeAnswer, programmeAnswerSchema } from './programme-answer.ts';
import { programmeDetails, programmeSchema } from './programme.ts';
import { programmeItem } from './programmes-items.ts';

/**
 * Drafts a programme of the organisation acted for; nobody else sees it until it is published. A repeated request is
 * answered with the programme as it is now.
 *
 * Refusals: `request.key-reused`. Causes programme.created.
 */
export const createProgramme = defineOperation({
  name: 'create-programme',
  summary: 'Draft a programme',
  kind: 'create',
  input: z.strictObject(programmeDetails),
  output: programmeAnswerSchema,
  example: {
    title: 'Aspiring Leaders',
    aim: 'For those who lead a team today and want to lead a service.',
    audience: { staffGroups: ['managers', 'local-authority-staff'], organisationKinds: [] },
    skills: ['culture', 'partnership'],
    sharedWith: 'all',
  },
  refusals: ['request.key-reused'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, input, host) {
    const item = programmeItem({
      id: idOfRequest('prg', actorId(context.actor), 'create-programme', idempotencyKeyOf(context)),
      host,
      ...input,
      sharedWith: await namedPartners(context.table, host, input.sharedWith),
      status: 'draft',
      request: requestDigest(context, 'create-programme', input),
      version: 1,
      change: changeNow(context, 'created'),
    });
    return programmeAnswer(await createOnce(context.table, item, programmeSchema), host);
  },
});
