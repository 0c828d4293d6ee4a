import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { idPattern } from '../ids.ts';

export const organisationId = z
  .string()
  .regex(idPattern('org'), 'This is not the id of an organisation')
  .describe('The id of an organisation');

export const organisationKinds = [
  'trust',
  'foundation-trust',
  'commissioner',
  'gp-practice',
  'local-authority',
  'company',
  'mutual',
  'co-operative',
  'social-enterprise',
  'university',
] as const;

/**
 * How an organisation is known elsewhere. ODS codes are three to eight capitals and digits, unique and never reused (NHS
 * Organisation Data Service); GSS codes are a letter and eight digits (Office for National Statistics). Case and spaces
 * are mended, since people paste them.
 */
const identifierValue = {
  ods: /^[A-Z0-9]{3,8}$/,
  gss: /^[A-Z][0-9]{8}$/,
  'companies-house': /^[A-Z0-9]{8}$/,
  'mutuals-register': /^[A-Z0-9]{2,10}$/,
  local: /^[A-Z0-9-]{1,40}$/,
};
const identifierSchema = z
  .strictObject({
    scheme: z.enum(['ods', 'gss', 'companies-house', 'mutuals-register', 'local']),
    value: z.string().trim().toUpperCase().min(1).max(40),
  })
  .refine(({ scheme, value }) => identifierValue[scheme].test(value), {
    path: ['value'],
    message: 'This is not a code of its scheme',
  });
export type Identifier = z.infer<typeof identifierSchema>;

export const organisationDetails = {
  name: z.string().trim().min(1).max(120).describe('The name of the organisation'),
  kind: z.enum(organisationKinds).describe('What kind of organisation it is'),
  identifiers: z
    .array(identifierSchema)
    .max(10)
    .refine((all) => new Set(all.map(({ scheme, value }) => `${scheme}#${value}`)).size === all.length, {
      message: 'An identifier stands here twice',
    })
    .describe('How it is known elsewhere'),
};

/** An organisation is founded or invited, takes part once it has joined, and may be succeeded by another: then it can be read as before. */
export const organisationStatuses = ['founded', 'joined', 'succeeded'] as const;

export const organisationSchema = z.object({
  pk: z.string(),
  sk: z.literal('ORGANISATION'),
  id: organisationId,
  ...organisationDetails,
  status: z.enum(organisationStatuses),
  /** Which organisation has succeeded it, and from which day (Europe/London) on. */
  succeededBy: z.string().optional(),
  succeededOn: z.iso.date().optional(),
  /** The members who are administrators; there is always one once it has joined. */
  administrators: z.set(z.string()).optional(),
  /** The organisation that invited it; none for the first. */
  invitedBy: z.string().optional(),
  version: z.int(),
  change: changeSchema,
});
export type Organisation = z.infer<typeof organisationSchema>;
