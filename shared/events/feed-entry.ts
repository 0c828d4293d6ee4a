import * as z from 'zod';
import { envelopeSchema } from './envelope.ts';

/** An event as a feed shows it: without the list of all who were told. */
export const feedEventSchema = envelopeSchema.omit({ audience: true });
export type FeedEvent = z.infer<typeof feedEventSchema>;

/** One change as one audience may see it. */
export const feedEntrySchema = z.object({
  position: z.int(),
  events: z.array(feedEventSchema),
  expires: z.int().optional(),
});
export type FeedEntry = z.infer<typeof feedEntrySchema>;
