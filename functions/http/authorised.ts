import * as z from 'zod';

/**
 * What the authoriser tells the API of who calls: API Gateway carries it in the request's context, as texts. `refused` is
 * somebody whose token or key is not (or no longer) good, so that the API can say so in its own words.
 */
export const authorisedSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('person'),
    subject: z.string().min(1),
    name: z.string().optional(),
    email: z.string().optional(),
  }),
  z.object({
    kind: z.literal('client'),
    key: z.string().min(1),
    organisation: z.string().min(1),
    /** Separated by spaces. */
    scopes: z.string(),
    /** The organisation that has succeeded the key's own. */
    succeededBy: z.string().optional(),
  }),
  z.object({ kind: z.literal('refused') }),
]);
export type Authorised = z.infer<typeof authorisedSchema>;
