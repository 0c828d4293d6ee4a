import * as z from 'zod';
import { changeNow } from '../change.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findVisibleProgramme } from './find-programmes.ts';
import { programmeAnswer, programmeAnswerSchema } from './programme-answer.ts';
import { programmeId, type Programme } from './programme.ts';
import { readProgramme, replaceDraft } from './programmes-items.ts';

/** How often the write is tried again that a change of the draft has overtaken. */
const attempts = 3;

/**
 * Publishes a programme to those it is shared with: all, or its named partners. From then on it no longer changes, and
 * cohorts of it can be planned. Repeating it changes nothing. Causes programme.published.
 */
export const publishProgramme = defineOperation({
  name: 'publish-programme',
  summary: 'Publish a programme to those it is shared with',
  kind: 'act',
  input: z.strictObject({ programme: programmeId }),
  output: programmeAnswerSchema,
  example: { programme: 'prg_0123456789ab' },
  refusals: ['request.busy'],
  notFound: 'programme.not-found',
  target: findVisibleProgramme,
  async run(context, _input, found) {
    let programme: Programme | undefined = found;
    for (let attempt = 0; attempt < attempts && programme !== undefined; attempt += 1) {
      if (programme.status === 'published') return programmeAnswer(programme, found.host);
      const version = programme.version + 1;
      const next: Programme = {
        ...programme,
        status: 'published',
        version,
        change: changeNow(context, 'published'),
      };
      if (await replaceDraft(context.table, next)) return programmeAnswer(next, found.host);
      programme = await readProgramme(context.table, found.id);
    }
    throw refusal('request.busy');
  },
});
