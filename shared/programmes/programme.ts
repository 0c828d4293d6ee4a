import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { idPattern } from '../ids.ts';
import { organisationId, organisationKinds } from '../organisations/organisation.ts';

export const programmeId = z
  .string()
  .regex(idPattern('prg'), 'This is not the id of a programme')
  .describe('The id of a programme');

/**
 * The six domains of the NHS Leadership Competency Framework (28 February 2024), in its order. Views keep places in this
 * list and those of the audience: add at the end only.
 */
export const skills = [
  'high-quality-outcomes',
  'strategy',
  'equality',
  'governance',
  'culture',
  'partnership',
] as const;
const skillSchema = z.enum(skills);

export const staffGroups = [
  'allied-health-professionals',
  'clinical-managers',
  'doctors',
  'executives',
  'general-practitioners',
  'local-authority-staff',
  'managers',
  'nurses-and-midwives',
  'scientists',
  'other-staff',
] as const;

/** Bands of Agenda for Change, and what stands for one where there is none. Views keep places in this list: add at the end only. */
export const bands = [
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8a',
  '8b',
  '8c',
  '8d',
  '9',
  'very-senior',
  'medical',
  'other',
] as const;

/**
 * What a programme may ask of a person beside group and band: that they have not managed people yet, or that they are a GP
 * or clinical lead in commissioning. Views keep places in this list: add at the end only.
 */
export const requirements = ['no-line-management-experience', 'leads-commissioning'] as const;

const audienceSchema = z.strictObject({
  staffGroups: z.array(z.enum(staffGroups)).max(staffGroups.length).describe('For which staff; empty: for all'),
  organisationKinds: z
    .array(z.enum(organisationKinds))
    .max(organisationKinds.length)
    .describe('For which kinds of organisation; empty: for all'),
  // What was stored before there were these two has neither, and is for all.
  bands: z.array(z.enum(bands)).max(bands.length).default([]).describe('For which bands; empty: for all'),
  requirements: z
    .array(z.enum(requirements))
    .max(requirements.length)
    .default([])
    .describe('What it asks of each person; empty: nothing more'),
});
export type ProgrammeAudience = z.infer<typeof audienceSchema>;

/** What a host says about a programme before it is published. */
export const programmeDetails = {
  title: z.string().trim().min(1).max(80).describe('What the programme is called'),
  aim: z.string().trim().min(1).max(2000).describe('What it is for'),
  audience: audienceSchema.describe('Whom it is for'),
  skills: z.array(skillSchema).min(1).max(6).describe('The leadership domains it develops'),
  sharedWith: z
    .union([z.literal('all'), z.array(organisationId).min(1).max(20)])
    .describe('Who can see it: every organisation, or up to twenty named partners'),
};

export const programmeSchema = z.object({
  pk: z.string(),
  sk: z.literal('PROGRAMME'),
  id: programmeId,
  host: z.string(),
  ...programmeDetails,
  status: z.enum(['draft', 'published']),
  /** The digest of the request that made it, so that a repeated one is told from another. */
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type Programme = z.infer<typeof programmeSchema>;
