import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pathParametersOf, routeKeyOf, type Route } from '../../functions/http/route.ts';
import { access, type AccessRule, type OperationName, type Relation } from '../../shared/access.ts';
import { createCohort } from '../../shared/cohorts/create-cohort.ts';
import { roles, scopes, type PersonActor, type Role, type Scope } from '../../shared/context.ts';
import { defineOperation } from '../../shared/operation.ts';
import { addPerson } from '../../shared/people/add-person.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { findVisibleCohort } from '../../shared/cohorts/find-visible-cohort.ts';
import { allRoutes, testApi, type ApiAnswer, type TestApi } from '../support/api.ts';
import type { ApiCaller } from '../support/api-event.ts';
import { contextOf, movableClock } from '../support/context.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation } from '../support/given-organisations.ts';
import { createTestTable, type TestTable } from '../support/table.ts';
import { thingsFor, type Things } from '../support/things-of-routes.ts';

const clock = movableClock();

/** How the caller stands to the host, to whom every thing in these tests belongs; `none` acts for no organisation. */
type Standing = Relation | 'none';

/** One who tries every route: who they are, what they hold, and how they stand to the host. */
interface Attempt {
  readonly says: string;
  readonly caller: ApiCaller | undefined;
  readonly standing: Standing;
  readonly role?: Role;
  readonly held?: readonly Scope[];
}

/** What the access table says of an attempt: it goes through, or is refused with this code. */
type Verdict = 'allowed' | 'actor.unauthenticated' | 'actor.organisation-missing' | 'actor.not-allowed' | 'not found';
type Rules = Readonly<Record<OperationName, AccessRule>>;

/** Reads the table by itself, without the code that decides by it. */
function verdictOf(rule: AccessRule, { path }: Route, { caller, standing, role, held }: Attempt): Verdict {
  if (rule.roles === 'public') return 'allowed';
  if (caller === undefined || caller.kind === 'refused') return 'actor.unauthenticated';
  if (caller.kind === 'client') {
    if (standing === 'none') return 'actor.organisation-missing';
    if (rule.scope === undefined || held?.includes(rule.scope) !== true) return 'actor.not-allowed';
  } else if (rule.roles === 'person') {
    return 'allowed';
  } else {
    if (standing === 'none') return 'actor.organisation-missing';
    if (role === undefined || !rule.roles.includes(role)) return 'actor.not-allowed';
  }
  // A route without a thing in its path is about the caller's own organisation.
  const relation = pathParametersOf(path).length === 0 ? 'own' : standing;
  return rule.relations.includes(relation) ? 'allowed' : 'not found';
}

/** What an answer says against the verdict; undefined when it agrees with it. */
function objection(verdict: Verdict, { operation }: Route, { status, body }: ApiAnswer): string | undefined {
  const code = body['code'];
  const got = `${String(status)} ${typeof code === 'string' ? code : ''}`;
  if (status >= 500) return `failed: ${got}`;
  if (verdict !== 'allowed') {
    const wanted = verdict === 'not found' ? operation.notFound : verdict;
    return code === wanted ? undefined : `should be ${wanted}, is ${got}`;
  }
  if (status === 401 || status === 403 || code === operation.notFound || code === 'actor.organisation-missing') {
    return `should be allowed, is ${got}`;
  }
  if (status >= 300) return undefined;
  return isDeepStrictEqual(operation.output.parse(body), body) ? undefined : 'answers more than it declares';
}

let made: TestTable;
let attempts: readonly Attempt[];
let host: PersonActor;
let partner: string;

beforeAll(async () => {
  made = await createTestTable();
  const { table } = made;
  host = await givenFirstOrganisation(table, clock);
  const organisations = {
    own: host,
    partner: await givenOrganisation(table, clock, host, 'Partner'),
    other: await givenOrganisation(table, clock, host, 'Stranger'),
  };
  partner = organisations.partner.membership?.organisation ?? '';
  const standings = ['own', 'partner', 'other'] as const;
  const people = standings.flatMap((standing) =>
    roles.map(async (role): Promise<Attempt> => {
      const administrator = organisations[standing];
      const subject = `${standing}-${role}`;
      await givenMember(table, clock, { administrator, subject, roles: [role] });
      const organisation = administrator.membership?.organisation ?? '';
      const email = `${subject}@example.org`;
      await addPerson.perform(contextOf(table, clock, administrator), {
        ...addPerson.example,
        email,
        reference: subject,
      });
      const caller = { kind: 'person' as const, subject, organisation, email };
      return { says: `${role} of ${standing}`, caller, standing, role };
    }),
  );
  const scopeSets: readonly (readonly Scope[])[] = [[], ...scopes.map((scope) => [scope]), scopes];
  const clients = standings.flatMap((standing) =>
    scopeSets.map((held): Attempt => {
      const organisation = organisations[standing].membership?.organisation ?? '';
      return {
        says: `key of ${standing} with ${held.join(' ')}`,
        caller: { kind: 'client', organisation, scopes: held },
        standing,
        held,
      };
    }),
  );
  const own = host.membership?.organisation ?? '';
  const nobodies: readonly Attempt[] = [
    { says: 'nobody', caller: undefined, standing: 'none' },
    { says: 'a bad token', caller: { kind: 'refused' }, standing: 'none' },
    { says: 'a person of nowhere', caller: { kind: 'person', subject: 'nobody' }, standing: 'none' },
    {
      says: 'a person of nowhere at own',
      caller: { kind: 'person', subject: 'nobody', organisation: own },
      standing: 'none',
    },
    {
      says: 'a person of partner at own',
      caller: { kind: 'person', subject: 'partner-administrator', organisation: own },
      standing: 'none',
    },
  ];
  attempts = [...(await Promise.all(people)), ...clients, ...nobodies];
});
afterAll(async () => {
  await made.remove();
});

/** Fresh things of the host's for a route. */
const freshThings = async (route: Route) => await thingsFor(route, { table: made.table, clock, host, partner });

/** A request that would go through: the operation's own example, about things that are there. */
async function send(api: TestApi, route: Route, caller: ApiCaller | undefined, about: Things): Promise<ApiAnswer> {
  const { operation, method, path, takes } = route;
  const taken = takes?.mediaType === 'text/csv' ? takes : undefined;
  const inPath = pathParametersOf(path);
  const others = Object.entries(operation.example)
    .filter(([name]) => !inPath.includes(name))
    .map(([name, value]): [string, unknown] => [name, about[name] ?? value]);
  const inQuery = others.filter(([name]) => method === 'GET' || (taken !== undefined && name !== taken.field));
  const query = new URLSearchParams(inQuery.map(([name, value]): [string, string] => [name, String(value)]));
  const file =
    taken === undefined ? undefined : { type: taken.mediaType, text: String(operation.example[taken.field]) };
  return await api.send(routeKeyOf(route), {
    caller,
    path: Object.fromEntries(inPath.map((name) => [name, about[name] ?? exampleOf(operation.example[name])])),
    headers: {
      'idempotency-key': `attempt-${String((number += 1))}`,
      'if-match': '"1"',
      ...(file === undefined ? {} : { 'content-type': file.type }),
    },
    query: query.toString(),
    ...(method === 'GET' ? {} : { body: file?.text ?? Object.fromEntries(others) }),
  });
}
const exampleOf = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
let number = 0;

/** Lets everybody try a route, and gives each answer that is not as these rules say. */
async function objections(route: Route, rules: Rules): Promise<string[]> {
  const api = testApi(made.table, clock, [route]);
  const rule = rules[route.operation.name];
  const found: string[] = [];
  let about = await freshThings(route);
  for (const attempt of attempts) {
    const caller = rule.roles === 'person' ? asSomebodyElse(attempt.caller) : attempt.caller;
    const verdict = verdictOf(rule, route, attempt);
    let said = objection(verdict, route, await send(api, route, caller, about));
    if (said !== undefined && verdict === 'allowed') {
      // What was there for all may have been taken away by an attempt before: once more, with fresh things.
      about = await freshThings(route);
      said = objection(verdict, route, await send(api, route, caller, about));
    }
    if (said !== undefined) found.push(`${attempt.says}: ${said}`);
  }
  return found;
}

/** Nobody is to become a member by trying what any person may. */
function asSomebodyElse(caller: ApiCaller | undefined): ApiCaller | undefined {
  return caller?.kind === 'person' ? { ...caller, subject: `person-${String((number += 1))}` } : caller;
}

describe('the access table is what the API does', () => {
  test.each(allRoutes.map((route) => [routeKeyOf(route), route] as const))('%s', async (_key, route) => {
    expect(await objections(route, access)).toEqual([]);
  });

  test('everybody there is has tried: every role and every scope, from each standing', () => {
    expect(attempts).toHaveLength((roles.length + scopes.length + 2) * 3 + 5);
  });
});

describe('the check notices', () => {
  const claim = allRoutes.find(({ operation }) => operation.name === 'claim-place');
  const claiming = (): Route => {
    if (claim === undefined) throw new Error('There is no route to claim-place');
    return claim;
  };
  const narrowed = (change: Partial<AccessRule>): Rules => ({
    ...access,
    'claim-place': { ...access['claim-place'], ...change },
  });

  test('an API that lets in a role, a scope or a relation too many', async () => {
    expect(await objections(claiming(), narrowed({ roles: ['administrator'] }))).toContainEqual(
      expect.stringMatching(/^programme-lead of own: should be actor\.not-allowed, is 201/),
    );
    expect(await objections(claiming(), narrowed({ scope: 'events:read' }))).toContainEqual(
      expect.stringMatching(/^key of own with places:write: should be actor\.not-allowed, is 201/),
    );
    expect(await objections(claiming(), narrowed({ relations: ['own'] }))).toContainEqual(
      expect.stringMatching(/^programme-lead of partner: should be cohort\.not-found, is 201/),
    );
  });

  test('an API that keeps out who may', async () => {
    expect(await objections(claiming(), narrowed({ roles }))).toContainEqual(
      'staff of own: should be allowed, is 403 actor.not-allowed',
    );
    expect(await objections(claiming(), narrowed({ relations: ['own', 'partner', 'other'] }))).toContainEqual(
      'programme-lead of other: should be allowed, is 404 cohort.not-found',
    );
  });

  test('a rule that was widened where the API reads it', async () => {
    const rule: AccessRule = access['claim-place'];
    const before = { ...rule };
    const asWritten = narrowed(before);
    Object.assign(rule, { roles });
    try {
      expect(await objections(claiming(), asWritten)).toContainEqual(
        expect.stringMatching(/^staff of own: should be actor\.not-allowed, is 201/),
      );
    } finally {
      Object.assign(rule, before);
    }
    expect(await objections(claiming(), asWritten)).toEqual([]);
  });

  test('an operation that calls everybody a partner', async () => {
    const forged = defineOperation({
      ...claimPlace,
      target: async (context, input) => {
        const target = await findVisibleCohort(context, input);
        return target && { ...target, relation: 'partner' as const };
      },
    });
    expect(await objections({ ...claiming(), operation: forged }, access)).toContainEqual(
      expect.stringMatching(/^administrator of other: should be cohort\.not-found, is 201/),
    );
  });

  test('an answer that tells more than it declares', async () => {
    const run: typeof createCohort.run = async (context, input, subject) => {
      const answer = await createCohort.run(context, input, subject);
      return Object.assign({ ...answer }, { pk: 'COHORT#' });
    };
    const leaking = defineOperation({ ...createCohort, run });
    const route = allRoutes.find(({ operation }) => operation.name === 'create-cohort');
    if (route === undefined) throw new Error('There is no route to create-cohort');
    expect(await objections({ ...route, operation: leaking }, access)).toContainEqual(
      'administrator of own: answers more than it declares',
    );
  });
});
