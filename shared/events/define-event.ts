import type * as z from 'zod';
import type { OperationName } from '../access.ts';

/** Who may know of an event: every organisation of the installation, or those named. */
export type Audience = 'all' | readonly string[];

/** Something to be announced: what `eventsOf` returns. The publisher makes its id from the change that caused it. */
export interface Announcement {
  readonly type: string;
  readonly version: number;
  readonly audience: Audience;
  readonly data: Readonly<Record<string, unknown>>;
  /** Tells apart two announcements of one type in one change; a fact of the change (a ticket), never a position in a list. */
  readonly distinction?: string;
}

interface EventDeclaration<Type extends string, Data> {
  /** `<noun>.<past participle>`: the same in the feed, on the bus and in the catalogue. */
  readonly type: Type;
  /** Of the schema; raised when a field changes its meaning or goes, never for one that comes. */
  readonly version: number;
  /** When it is announced, and to whom. */
  readonly summary: string;
  readonly data: z.ZodType<Data>;
  readonly example: Data;
  /** The operation that shows the same; who may not do that is not shown the event in a feed. Without it, whoever reads the feed. */
  readonly readBy?: OperationName;
}

/** Declares an event; `announce` makes one, checked by the compiler against the declared data. */
export function defineEvent<const Type extends string, Data extends Readonly<Record<string, unknown>>>(
  declaration: EventDeclaration<Type, Data>,
) {
  return {
    ...declaration,
    announce(data: Data, audience: Audience, distinction?: string): Announcement {
      const { type, version } = declaration;
      return { type, version, audience, data, ...(distinction === undefined ? {} : { distinction }) };
    },
  };
}

/** A declared event whose data is known to itself alone, as the catalogue holds it. */
export interface EventDefinition {
  readonly type: string;
  readonly version: number;
  readonly summary: string;
  readonly data: z.ZodType;
  readonly example: Readonly<Record<string, unknown>>;
  readonly readBy?: OperationName;
}
