import * as z from 'zod';
import { roles } from '../context.ts';
import { organisationDetails } from './organisation.ts';

/** How long an invitation can be accepted. */
export const invitationDays = 14;

/** What an invitation offers: to be a member, to bring an organisation, or to be the first administrator of the first one. */
const offerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member'), organisation: z.string(), roles: z.array(z.enum(roles)) }),
  z.object({ kind: z.literal('organisation'), details: z.object(organisationDetails) }),
  z.object({ kind: z.literal('founding'), organisation: z.string() }),
]);
export type Offer = z.infer<typeof offerSchema>;

/** An invitation, kept until it expires, used or not. It holds nothing about the person whom it is for. */
export const invitationSchema = z.object({
  id: z.string(),
  /** The digest of the code's secret; the code itself is kept nowhere. */
  digest: z.string(),
  offer: offerSchema,
  /** The administrator who invites; none for the operator's. */
  invitedBy: z.object({ organisation: z.string(), member: z.string() }).optional(),
  /** Who accepted it, and what they belong to since. */
  usedBy: z.object({ organisation: z.string(), member: z.string() }).optional(),
  request: z.string(),
  /** Seconds since 1970; DynamoDB takes it away some time after, so the code checks it as well. */
  expires: z.int(),
});
export type Invitation = z.infer<typeof invitationSchema>;

/** What whoever made an invitation is told. */
export const invitationAnswer = {
  id: z.string().describe('The id of the invitation'),
  code: z
    .string()
    .optional()
    .describe('The one-time code to hand over; shown once: a repeated request is answered without it'),
  expiresAt: z.iso.datetime().describe('Until when it can be accepted'),
};

export const codeSchema = z
  .string()
  .trim()
  .regex(/^inv_[0-9a-z]{12}_[0-9a-z]{32}$/, 'This is not an invitation code')
  .describe('The one-time code of an invitation');

/** The two parts of a code: the id of its invitation, and the secret. */
export function partsOfCode(code: string): { readonly id: string; readonly secret: string } {
  const boundary = code.lastIndexOf('_');
  return { id: code.slice(0, boundary), secret: code.slice(boundary + 1) };
}
