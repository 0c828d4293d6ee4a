import * as z from 'zod';
import { programmeDetails, programmeId, type Programme } from './programme.ts';

/** A programme as an organisation that can see it does. */
export const programmeAnswerSchema = z.object({
  id: programmeId,
  host: z.string().describe('The organisation that offers it'),
  title: programmeDetails.title,
  aim: programmeDetails.aim,
  audience: programmeDetails.audience,
  skills: programmeDetails.skills,
  sharedWith: programmeDetails.sharedWith
    .optional()
    .describe('Who can see it; absent for a partner, who is told that it is one and not who else is'),
  status: z.enum(['draft', 'published']),
  version: z.int().describe('To be given as If-Match when the programme is changed'),
});

/** What an organisation sees of a programme that it may see. Only the host sees which partners it is shared with. */
export function programmeAnswer(programme: Programme, organisation: string | undefined) {
  const { id, host, title, aim, audience, skills, sharedWith, status, version } = programme;
  const shown = host === organisation || sharedWith === 'all' ? { sharedWith } : {};
  return { id, host, title, aim, audience, skills, ...shown, status, version };
}
