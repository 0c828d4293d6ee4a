import type * as z from 'zod';
import { access, type AccessRule, type OperationName, type Relation } from './access.ts';
import { organisationOf, successorOf, type Actor, type Context } from './context.ts';
import { refusal, type RefusalCode } from './errors.ts';

/** What an operation is about, and how the actor's organisation stands to it. */
export interface Target<Subject> {
  readonly relation: Relation;
  readonly subject: Subject;
}

/** How a request is made safe to repeat, or safe against somebody else's change. */
export type OperationKind = 'read' | 'create' | 'act' | 'change';

/** The target of an operation on the organisation that one acts for; the subject is its id. */
export async function ownOrganisation(context: Context): Promise<Target<string>> {
  return await Promise.resolve({ relation: 'own', subject: actingOrganisation(context) });
}

/** The target of an operation that is about nothing of anybody's. */
export async function nothingOwned(): Promise<Target<undefined>> {
  return await Promise.resolve({ relation: 'own', subject: undefined });
}

/**
 * One thing that can be done: its name (the same in the route, the file, the page, the tests and the metrics), what goes in
 * and comes out, which refusals it may give, and the decision itself. Made with `defineOperation`, done with `perform`.
 */
export interface Operation<Input, Output, Subject> {
  readonly name: OperationName;
  /** A sentence for the API's description. */
  readonly summary: string;
  /** Everything that is given, flat: what stands in the path, the query and the body. */
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  /** An input that works, for the API's description. */
  readonly example: Readonly<Record<string, unknown>>;
  /** The refusals of its own, beside those that every request may meet. */
  readonly refusals: readonly RefusalCode[];
  /** `create` and `act` want an Idempotency-Key; `change` wants the version seen (If-Match); `read` neither. */
  readonly kind: OperationKind;
  /** Reads what the operation is about. Undefined: there is no such thing, which is answered with `notFound`. */
  readonly target: (context: Context, input: Input) => Promise<Target<Subject> | undefined>;
  /** The answer when there is no target, or none that the actor may know of. */
  readonly notFound: RefusalCode;
  readonly run: (context: Context, input: Input, subject: Subject) => Promise<Output>;
}

/** An operation whose types are known to itself alone, as lists of routes hold it. */
export interface AnyOperation {
  readonly name: OperationName;
  readonly summary: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly example: Readonly<Record<string, unknown>>;
  readonly refusals: readonly RefusalCode[];
  readonly kind: OperationKind;
  readonly notFound: RefusalCode;
  /** Authorises, parses and runs: the one way to do it from an edge. */
  readonly perform: (context: Context, input: unknown) => Promise<unknown>;
}

/**
 * Declares an operation and gives the one way to do it: `perform(context, input)` authorises by the access table,
 * parses the input, finds the target, checks the relation, and only then runs. The API, the portal, the sample data and
 * the tests all come through here, so no rule holds in one of them and not in another.
 *
 * Refusals of every operation: `actor.unauthenticated`, `actor.organisation-missing`, `actor.not-allowed`, `request.invalid`,
 * `request.key-missing`, `request.version-missing`, `organisation.succeeded` where the access table ends it with a succession,
 * and its `notFound` for what is not there or not to be seen.
 */
export function defineOperation<Input, Output, Subject>(operation: Operation<Input, Output, Subject>) {
  return {
    ...operation,
    async perform(context: Context, input: unknown): Promise<Output> {
      const rule: AccessRule = access[operation.name];
      admit(rule, context.actor);
      const parsed = parseInput(operation.input, input);
      requireFacts(operation, context);
      const target = await operation.target(context, parsed);
      if (target === undefined || !rule.relations.includes(target.relation)) {
        throw refusal(operation.notFound);
      }
      return await operation.run(context, parsed, target.subject);
    },
  };
}

/** Whether an actor's kind, roles and scopes let it do an operation at all; of what it may do it to, nothing is said. */
export function mayPerform(operation: OperationName, actor: Actor): boolean {
  return objectionTo(access[operation], actor) === undefined;
}

function admit(rule: AccessRule, actor: Actor): void {
  const objection = objectionTo(rule, actor);
  if (objection === 'organisation.succeeded') {
    throw refusal(objection, undefined, { facts: { successor: successorOf(actor) } });
  }
  if (objection !== undefined) throw refusal(objection);
}

/** Why a rule keeps an actor out; undefined when it lets it in. */
function objectionTo(rule: AccessRule, actor: Actor): RefusalCode | undefined {
  if (rule.roles === 'public') return undefined;
  if (actor.kind === 'public') return 'actor.unauthenticated';
  if (rule.roles === 'operator' || actor.kind === 'operator') {
    return rule.roles === 'operator' && actor.kind === 'operator' ? undefined : 'actor.not-allowed';
  }
  if (actor.kind === 'client') {
    const isAllowed = rule.scope !== undefined && actor.scopes.includes(rule.scope);
    return isAllowed ? successionObjection(rule, actor) : 'actor.not-allowed';
  }
  if (rule.roles === 'person') return undefined;
  if (actor.membership === undefined) return 'actor.organisation-missing';
  const allowed = rule.roles;
  const isAllowed = actor.membership.roles.some((role) => allowed.includes(role));
  return isAllowed ? successionObjection(rule, actor) : 'actor.not-allowed';
}

function successionObjection(rule: AccessRule, actor: Actor): RefusalCode | undefined {
  return rule.untilSucceeded === true && successorOf(actor) !== undefined ? 'organisation.succeeded' : undefined;
}

function requireFacts(operation: { readonly kind: OperationKind }, context: Context): void {
  const { idempotencyKey, expectedVersion } = context.request;
  const wantsKey = operation.kind === 'create' || operation.kind === 'act';
  if (wantsKey && idempotencyKey === undefined) throw refusal('request.key-missing');
  if (operation.kind === 'change' && expectedVersion === undefined) throw refusal('request.version-missing');
}

/** Parses what was given, or refuses with every field that is wrong (at most twenty are told). */
function parseInput<Input>(schema: z.ZodType<Input>, input: unknown): Input {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues
    .slice(0, 20)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .slice(0, 20)
            .map((key) => ({ field: [...issue.path, key].join('.'), message: 'This field is not known' }))
        : [{ field: issue.path.join('.'), message: issue.message }],
    );
  throw refusal('request.invalid', undefined, { fields });
}

/** The organisation that the actor acts for. Refuses with `actor.organisation-missing` when there is none. */
export function actingOrganisation(context: Context): string {
  const organisation = organisationOf(context.actor);
  if (organisation === undefined) throw refusal('actor.organisation-missing');
  return organisation;
}

/** The request's Idempotency-Key. `perform` has refused already when an operation that wants one has none. */
export function idempotencyKeyOf(context: Context): string {
  const key = context.request.idempotencyKey;
  if (key === undefined) throw refusal('request.key-missing');
  return key;
}

/** The version that the caller has seen. `perform` has refused already when a `change` has none. */
export function expectedVersionOf(context: Context): number {
  const version = context.request.expectedVersion;
  if (version === undefined) throw refusal('request.version-missing');
  return version;
}
