import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { defineOperation, expectedVersionOf } from '../operation.ts';
import { findVisibleProgramme } from './find-programmes.ts';
import { namedPartners } from './named-partners.ts';
import { programmeAnswer, programmeAnswerSchema } from './programme-answer.ts';
import { programmeDetails, programmeId, type Programme } from './programme.ts';
import { readProgramme, replaceDraft } from './programmes-items.ts';

/**
 * Changes a draft programme; what is not given stays. A published programme no longer changes, because partners decide by
 * what they have read.
 *
 * Refusals: `request.stale`, `programme.published`. Causes programme.updated.
 */
export const updateProgramme = defineOperation({
  name: 'update-programme',
  summary: 'Change a draft programme',
  kind: 'change',
  input: z.strictObject({ programme: programmeId, ...z.object(programmeDetails).partial().shape }),
  output: programmeAnswerSchema,
  example: { programme: 'prg_0123456789ab', title: 'Aspiring Leaders' },
  refusals: ['request.stale', 'programme.published'],
  notFound: 'programme.not-found',
  target: findVisibleProgramme,
  async run(context, { programme: _programme, ...changes }, programme) {
    const { host } = programme;
    const seen = expectedVersionOf(context);
    const request = requestDigest(context, 'update-programme', { programme: programme.id, ...changes });
    if (isDone(programme, seen, request)) return programmeAnswer(programme, host);
    const next: Programme = {
      ...programme,
      ...changes,
      sharedWith: await namedPartners(context.table, host, changes.sharedWith ?? programme.sharedWith),
      version: seen + 1,
      change: { ...changeNow(context, 'updated'), request },
    };
    if (await replaceDraft(context.table, next)) return programmeAnswer(next, host);
    const now = await readProgramme(context.table, programme.id);
    if (now !== undefined && isDone(now, seen, request)) return programmeAnswer(now, host);
    throw refusal('request.stale');
  },
});

/** Whether this very request made the programme what it is. Refuses when it can be changed no longer, or was meanwhile. */
function isDone(programme: Programme, seen: number, request: string): boolean {
  if (isOwnWrite(programme, seen, request)) return true;
  if (programme.status === 'published') throw refusal('programme.published');
  if (programme.version !== seen) throw refusal('request.stale');
  return false;
}
