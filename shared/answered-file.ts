import * as z from 'zod';

/** The most bytes of a file in an answer: a Lambda answers at most six megabytes, and a little is left for its headers. */
const mostBytes = 6 * 1024 * 1024 - 64 * 1024;

/**
 * What an operation answers that gives a file. The route says of which media type it is (functions/http/route.ts); the name
 * is what a browser would keep it under, and stands in a header, so it is made of letters that any of them takes.
 */
export const answeredFileSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}\.[a-z]{2,4}$/),
  content: z.string(),
});

/** Whether a file goes into one answer: as it is sent, a string of JSON, in which quotes and line ends take two bytes. */
export function isAnswerable(content: string): boolean {
  return Buffer.byteLength(JSON.stringify(content)) <= mostBytes;
}
