import * as z from 'zod';

/**
 * What an operation answers that gives a file. The route says of which media type it is (functions/http/route.ts); the name
 * is what a browser would keep it under, and stands in a header, so it is made of letters that any of them takes.
 */
export const answeredFileSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}\.[a-z]{2,4}$/),
  content: z.string(),
});
