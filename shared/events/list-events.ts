import * as z from 'zod';
import type { Actor } from '../context.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation, mayPerform, ownOrganisation } from '../operation.ts';
import { catalogue } from './catalogue.ts';
import { feedEventSchema } from './feed-entry.ts';
import { feedOfAll, readFeed } from './feeds.ts';

/** The installation's epoch, and the positions in the organisation's own feed and in that of all. */
const cursorPattern = /^e([0-9]{1,10})\.o([0-9]{1,10})\.a([0-9]{1,10})$/;

const input = z.strictObject({
  after: z
    .string()
    .max(64)
    .optional()
    .describe('What `next` said the last time; without it, from the oldest that is kept'),
  limit: z.coerce
    .number()
    .int()
    .min(2)
    .max(200)
    .default(100)
    .describe('At most how many changes; each has one or more events'),
});
const output = z.object({
  events: z.array(feedEventSchema),
  next: z.string().describe('Give this as `after` to read on; also when there was nothing new'),
});

/**
 * Reads the events that the organisation acted for may know, in the order of its feed and of the feed of what all may see.
 * Events that tell of what the actor may not read are left out (members and API keys are the administrators'). Nothing is
 * skipped however the cursor is used; an event may come twice, under the same id. Kept for ninety days: a cursor
 * from before, or from before a restore of the table, is refused with `event.expired`, and the reader then reads what it
 * follows anew.
 */
export const listEvents = defineOperation({
  name: 'list-events',
  summary: 'Read what has happened since the last time',
  kind: 'read',
  input,
  output,
  example: { limit: 100 },
  refusals: ['event.expired'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { after, limit }) {
    const { epoch } = context;
    const from = positionsOf(after, epoch);
    const now = context.clock.now();
    const each = Math.floor(limit / 2);
    const [own, all] = await Promise.all([
      readFeed(context.table, actingOrganisation(context), from.own, each, now),
      readFeed(context.table, feedOfAll, from.all, each, now),
    ]);
    const ends = { own: own.at(-1)?.position ?? from.own ?? 0, all: all.at(-1)?.position ?? from.all ?? 0 };
    const next = `e${String(epoch)}.o${String(ends.own)}.a${String(ends.all)}`;
    const events = [...own, ...all].flatMap((entry) => entry.events);
    return { events: events.filter(({ type }) => mayRead(type, context.actor)), next };
  },
});

/** What an actor could not ask for in another way is not shown here either. */
function mayRead(type: string, actor: Actor): boolean {
  const operation = catalogue.find((event) => event.type === type)?.readBy;
  return operation === undefined || mayPerform(operation, actor);
}

function positionsOf(after: string | undefined, epoch: number): { own?: number; all?: number } {
  if (after === undefined) return {};
  const [, from, own, all] = cursorPattern.exec(after) ?? [];
  if (from === undefined || own === undefined || all === undefined) {
    throw refusal('request.invalid', undefined, {
      fields: [{ field: 'after', message: 'This is not what `next` said' }],
    });
  }
  // Positions of before a restore may name other events now.
  if (Number(from) !== epoch) throw refusal('event.expired');
  return { own: Number(own), all: Number(all) };
}
