import * as z from 'zod';
import type { Key } from '../table/keys.ts';
import type { Announcement } from './define-event.ts';

/** An event as it is kept in history, put on the bus and shown in feeds. Never personal data. */
export const envelopeSchema = z.object({
  /** `<aggregate>.<epoch>.<version>.<type>[.<distinction>]`: the same at each retry. */
  id: z.string(),
  type: z.string(),
  version: z.int(),
  /** The instant of the change. */
  at: z.iso.datetime(),
  aggregate: z.string(),
  aggregateVersion: z.int(),
  audience: z.union([z.literal('all'), z.array(z.string())]),
  data: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** What was changed: an aggregate's key, its version after the change, and when. `epoch` is the installation's. */
export interface ChangeFacts {
  readonly key: Key;
  readonly epoch: number;
  readonly version: number;
  readonly at: string;
  /** Where the change stands in the table's stream, which brings all changes of one partition in the order of their commits. */
  readonly order?: string | undefined;
}

/** The id of the aggregate that a key belongs to: what stands behind its noun in the sort key or, with none, in the partition. */
export function aggregateId(key: Key): string {
  const own = key.sk.includes('#') ? key.sk : key.pk;
  return own.slice(own.indexOf('#') + 1);
}

/** Puts an announcement into its envelope. */
export function enclose(announcement: Announcement, change: ChangeFacts): Envelope {
  const aggregate = aggregateId(change.key);
  const parts = [aggregate, String(change.epoch), String(change.version), announcement.type];
  if (announcement.distinction !== undefined) parts.push(announcement.distinction);
  return {
    id: parts.join('.'),
    type: announcement.type,
    version: announcement.version,
    at: change.at,
    aggregate,
    aggregateVersion: change.version,
    audience: announcement.audience === 'all' ? 'all' : [...announcement.audience],
    data: announcement.data,
  };
}
