import type * as z from 'zod';
import type { Change } from './change.ts';
import type { Announcement } from './events/define-event.ts';
import type { Key } from './table/keys.ts';

/** What every aggregate has: its key, a version that each write raises by one, and what that write was. */
export interface Aggregate extends Key {
  readonly version: number;
  readonly change: Change;
}

/**
 * A write of a view: attributes are set only when `version` is above the one that `guard` holds, so an old image never
 * overwrites a newer one. Two aggregates may fill one view, each with its own guard.
 */
export interface ViewWrite {
  readonly key: Key;
  readonly guard: 'v' | 'd';
  readonly version: number;
  readonly set: Readonly<Record<string, unknown>>;
}

/** How a kind of aggregate announces itself; the relay and the repairing sweep know aggregates by this alone. */
export interface AggregateDefinition {
  /** Its partition's noun and its sort key: what tells it in the stream. */
  readonly noun: string;
  readonly sk: string;
  /** The aggregate in whose partition it stands, through which the sweep finds it; without one it is listed itself. */
  readonly besides?: string;
  /** Bytes from which on the sweep says that it has grown large; without it, its size is of no concern. */
  readonly largeFrom?: number;
  /** What happened, from the two images. `undefined` before: it was made. Throws when an image is not one of its kind. */
  readonly eventsOf: (before: unknown, after: unknown) => readonly Announcement[];
  /** The views and the due items that follow; with `undefined` before, all of them. */
  readonly viewsOf: (before: unknown, after: unknown) => readonly ViewWrite[];
  /** The present state as events, for when what happened can no longer be told. */
  readonly restate: (after: unknown) => readonly Announcement[];
}

interface TypedDefinition<Item extends Aggregate> {
  readonly noun: string;
  readonly sk: string;
  readonly besides?: string;
  readonly largeFrom?: number;
  readonly schema: z.ZodType<Item>;
  readonly eventsOf: (before: Item | undefined, after: Item) => readonly Announcement[];
  readonly viewsOf: (before: Item | undefined, after: Item) => readonly ViewWrite[];
  readonly restate: (after: Item) => readonly Announcement[];
}

/** Declares a kind of aggregate; images are parsed before its pure functions see them. */
export function defineAggregate<Item extends Aggregate>(definition: TypedDefinition<Item>): AggregateDefinition {
  const { schema } = definition;
  const earlier = (image: unknown) => (image === undefined ? undefined : schema.parse(image));
  return {
    noun: definition.noun,
    sk: definition.sk,
    ...(definition.besides === undefined ? {} : { besides: definition.besides }),
    ...(definition.largeFrom === undefined ? {} : { largeFrom: definition.largeFrom }),
    eventsOf: (before, after) => definition.eventsOf(earlier(before), schema.parse(after)),
    viewsOf: (before, after) => definition.viewsOf(earlier(before), schema.parse(after)),
    restate: (after) => definition.restate(schema.parse(after)),
  };
}
