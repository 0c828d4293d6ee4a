import * as z from 'zod';
import type { ViewWrite } from '../aggregate.ts';
import { keys, shardOf, type Key } from '../table/keys.ts';

/** Everything that is done by the clock: what the sweeper acts on, and each deadline's name in the table. */
const deadlineKinds = [
  'lapse-wait',
  'compact-ledger',
  'remind-naming',
  'release-places',
  'remind-anew',
  'collect-claims',
  'pass-on',
  'post-shares',
  'continue-settlement',
  'settle-payment',
  'remind-statement',
] as const;
type DeadlineKind = (typeof deadlineKinds)[number];

/** Something to be done at an instant; the sweeper looks at the aggregate again before it acts. */
export const dueItemSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  kind: z.enum(deadlineKinds),
  gsi1sk: z.string(),
  /** The version of the aggregate that it was written for. */
  v: z.int(),
  tickets: z.array(z.int()).optional(),
  /** Of a reminder: by when people are to be named. */
  nameBy: z.iso.datetime().optional(),
});
export type DueItem = z.infer<typeof dueItemSchema>;

/** What is to be done about an aggregate; the subject tells apart two deadlines of one kind. */
export interface Deadline {
  readonly aggregate: Key;
  readonly kind: DeadlineKind;
  readonly subject: string;
  readonly tickets?: readonly number[];
  readonly nameBy?: string;
}

/** Where a due item of an aggregate's partition stands among all that is due. */
export function dueAt(due: Date, partition: string): string {
  return `${due.toISOString()}#${partition}`;
}

/**
 * The due item of an aggregate, as a view write: it follows from the aggregate's images like every view, so it is never
 * lost when the writer dies between two writes, and the repairing sweep makes it anew.
 */
export function dueItem(deadline: Deadline, due: Date, version: number): ViewWrite {
  const { aggregate, kind, subject, tickets, nameBy } = deadline;
  const gsi1pk = keys.due(shardOf(aggregate.pk));
  const set = {
    kind,
    gsi1pk,
    gsi1sk: dueAt(due, aggregate.pk),
    ...(tickets === undefined ? {} : { tickets }),
    ...(nameBy === undefined ? {} : { nameBy }),
  };
  return { key: keys.deadline(aggregate, kind, subject), guard: 'v', version, set };
}
