import type { Clock } from './clock.ts';
import type { RandomSource } from './ids.ts';
import type { Table } from './table/table.ts';

export const roles = ['administrator', 'programme-lead', 'finance', 'manager', 'staff'] as const;
export type Role = (typeof roles)[number];

export const scopes = [
  'programmes:read',
  'programmes:write',
  'places:read',
  'places:write',
  'people:read',
  'people:write',
  'costs:read',
  'costs:write',
  'events:read',
] as const;
export type Scope = (typeof scopes)[number];

/** What a person is at an organisation at this moment. */
export interface Membership {
  readonly organisation: string;
  readonly member: string;
  readonly roles: readonly Role[];
  /** The organisation that has succeeded this one, where one has. */
  readonly succeededBy?: string | undefined;
}

/** A signed-in person; `organisation` is the one they act for, with the roles they hold there at this moment. */
export interface PersonActor {
  readonly kind: 'person';
  /** The identity provider's name for the person; never shown to anybody else. */
  readonly subject: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly membership: Membership | undefined;
}

/** A partner's system, by one of its organisation's API keys. */
export interface ClientActor {
  readonly kind: 'client';
  readonly key: string;
  readonly organisation: string;
  readonly scopes: readonly Scope[];
  /** The organisation that has succeeded its own, where one has. */
  readonly succeededBy?: string | undefined;
}

/** Nobody in particular (health, the API's own description). */
interface PublicActor {
  readonly kind: 'public';
}

/** Who runs the installation; only founds it. */
interface OperatorActor {
  readonly kind: 'operator';
}

export type Actor = PersonActor | ClientActor | PublicActor | OperatorActor;

/** What a request says beside its input. */
export interface RequestFacts {
  /** Scoped to the actor and the operation; 1 to 64 characters. */
  readonly idempotencyKey?: string;
  /** The version of the aggregate that the caller has seen. */
  readonly expectedVersion?: number;
}

/** Writes structured lines; never personal data or bodies. */
export interface Log {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** All that an operation may reach. */
export interface Context {
  readonly actor: Actor;
  readonly request: RequestFacts;
  readonly table: Table;
  /** The installation's epoch: raised after each restore of the table. */
  readonly epoch: number;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
}

/** What there is when nobody asks: for what the installation does by itself, at a deadline. */
export type Installation = Pick<Context, 'table' | 'epoch' | 'clock'>;

/** How the actor is named in a `change` and in an idempotency scope: an id, never a name. */
export function actorId(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.membership?.member ?? actor.subject;
    case 'client':
      return actor.key;
    case 'public':
    case 'operator':
      return actor.kind;
  }
}

/** The organisation that the actor acts for, if any. */
export function organisationOf(actor: Actor): string | undefined {
  switch (actor.kind) {
    case 'person':
      return actor.membership?.organisation;
    case 'client':
      return actor.organisation;
    case 'public':
    case 'operator':
      return undefined;
  }
}

/** The organisation that has succeeded the one that the actor acts for, if any. */
export function successorOf(actor: Actor): string | undefined {
  switch (actor.kind) {
    case 'person':
      return actor.membership?.succeededBy;
    case 'client':
      return actor.succeededBy;
    case 'public':
    case 'operator':
      return undefined;
  }
}
