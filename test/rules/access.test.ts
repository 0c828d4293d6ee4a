import { describe, expect, test } from '@jest/globals';
import { access, type AccessRule } from '../../shared/access.ts';
import { roles, scopes } from '../../shared/context.ts';
import type { AnyOperation } from '../../shared/operation.ts';
import { allRoutes } from '../support/api.ts';

type Rules = Readonly<Record<string, AccessRule>>;
const operations = new Map<string, AnyOperation>(allRoutes.map(({ operation }) => [operation.name, operation]));

/** What anybody does about themselves. */
const isOwn: ReadonlySet<string> = new Set(['update-own-person', 'submit-application', 'withdraw-application']);

/** What every line of the table has to keep to; gives the lines that do not. */
const laws: Readonly<Record<string, (rules: Rules) => string[]>> = {
  'each has a relation, none twice, and its own organisation always': (rules) =>
    linesOf(rules, ({ relations }) => relations.includes('own') && new Set(relations).size === relations.length),
  'each has somebody, no role twice': (rules) =>
    linesOf(
      rules,
      ({ roles: allowed }) =>
        typeof allowed === 'string' || (allowed.length > 0 && new Set(allowed).size === allowed.length),
    ),
  'an administrator may do what any other role may, but for what has to do with money': (rules) =>
    linesOf(
      rules,
      ({ roles: allowed, scope }) =>
        typeof allowed === 'string' || allowed.includes('administrator') || isOfMoney(scope),
    ),
  'what has to do with money is finance’s, and never staff’s or a manager’s': (rules) =>
    linesOf(rules, ({ roles: allowed, scope }) => {
      if (!isOfMoney(scope)) return true;
      return allowed.includes('finance') && !allowed.includes('staff') && !allowed.includes('manager');
    }),
  'postings, periods and the journal are finance’s alone': (rules) =>
    linesOf(rules, ({ roles: allowed, scope }, name) => {
      if (!/posting|period|journal/.test(name)) return true;
      return typeof allowed !== 'string' && allowed.join() === 'finance' && isOfMoney(scope);
    }),
  'what needs no organisation is about nothing of anybody’s': (rules) =>
    linesOf(rules, ({ roles: allowed, relations }) => typeof allowed !== 'string' || relations.join() === 'own'),
  'no API key stands in for the public, a person or the operator': (rules) =>
    linesOf(rules, ({ roles: allowed, scope }) => typeof allowed !== 'string' || scope === undefined),
  'a key that reads never writes, and none administers': (rules) =>
    linesOf(rules, ({ scope }, name) => {
      if (scope === undefined) return true;
      return scope.endsWith(operations.get(name)?.kind === 'read' ? ':read' : ':write');
    }),
  'staff and managers change nothing but their own record and application, and managers release and nominate whom they manage':
    (rules) =>
      linesOf(rules, ({ roles: allowed }, name) => {
        const isRead = operations.get(name)?.kind === 'read' || isOwn.has(name);
        const isManagers =
          ['release-person', 'nominate-person'].includes(name) &&
          typeof allowed !== 'string' &&
          !allowed.includes('staff');
        return (
          typeof allowed === 'string' ||
          isRead ||
          isManagers ||
          !allowed.some((role) => role === 'staff' || role === 'manager')
        );
      }),
  'members, keys and invitations are an administrator’s alone, and no key’s': (rules) =>
    linesOf(rules, ({ roles: allowed, scope }, name) => {
      if (!/member|api-key|^invite-/.test(name)) return true;
      return typeof allowed !== 'string' && allowed.join() === 'administrator' && scope === undefined;
    }),
  'people are their own organisation’s, and their own record is no key’s': (rules) =>
    linesOf(rules, ({ relations, scope }, name) => {
      if (!/^(add|update|remove|get|list)-(own-)?(person|people)$/.test(name)) return true;
      return relations.join() === 'own' && (scope === undefined) === name.endsWith('-own-person');
    }),
  'another organisation’s things are nobody’s to change': (rules) =>
    linesOf(rules, ({ relations }, name) => !relations.includes('other') || operations.get(name)?.kind === 'read'),
};

function isOfMoney(scope: AccessRule['scope']): boolean {
  return scope === 'costs:read' || scope === 'costs:write';
}

function linesOf(rules: Rules, keeps: (rule: AccessRule, name: string) => boolean): string[] {
  return Object.entries(rules).flatMap(([name, rule]) => (keeps(rule, name) ? [] : [name]));
}

describe('the access table', () => {
  test.each(Object.entries(laws))('%s', (_law, broken) => {
    expect(broken(access)).toEqual([]);
  });

  const everybody = ['administrator', 'staff'] as const;
  const wrong: Readonly<Record<string, AccessRule>> = {
    'each has a relation, none twice, and its own organisation always': {
      roles: ['administrator'],
      relations: ['partner'],
    },
    'each has somebody, no role twice': { roles: [], relations: ['own'] },
    'an administrator may do what any other role may, but for what has to do with money': {
      roles: ['finance'],
      relations: ['own'],
    },
    'what has to do with money is finance’s, and never staff’s or a manager’s': {
      roles: ['administrator'],
      scope: 'costs:write',
      relations: ['own'],
    },
    'postings, periods and the journal are finance’s alone': {
      roles: ['administrator', 'finance'],
      scope: 'costs:read',
      relations: ['own'],
    },
    'what needs no organisation is about nothing of anybody’s': { roles: 'person', relations: ['own', 'other'] },
    'no API key stands in for the public, a person or the operator': {
      roles: 'public',
      scope: 'events:read',
      relations: ['own'],
    },
    'a key that reads never writes, and none administers': {
      roles: everybody,
      scope: 'places:read',
      relations: ['own'],
    },
    'staff and managers change nothing but their own record and application, and managers release and nominate whom they manage':
      {
        roles: everybody,
        relations: ['own'],
      },
    'people are their own organisation’s, and their own record is no key’s': {
      roles: everybody,
      scope: 'people:read',
      relations: ['own', 'partner'],
    },
    'another organisation’s things are nobody’s to change': { roles: everybody, relations: ['own', 'other'] },
    'members, keys and invitations are an administrator’s alone, and no key’s': {
      roles: everybody,
      relations: ['own'],
    },
  };
  test.each(Object.entries(laws))('control: a line that breaks the law is noticed: %s', (law, broken) => {
    const rule = wrong[law];
    if (rule === undefined) throw new Error(`Nothing breaks ${law}`);
    const names = { members: 'remove-member', people: 'get-person', postings: 'list-postings' };
    const name = Object.entries(names).find(([about]) => law.startsWith(about))?.[1] ?? 'claim-place';
    expect(broken({ ...access, [name]: rule })).toEqual([name]);
  });

  test('speaks of every scope and every role there is', () => {
    const rules: readonly AccessRule[] = Object.values(access);
    expect(new Set(rules.flatMap(({ scope }) => scope ?? []))).toEqual(new Set(scopes));
    expect(new Set(rules.flatMap(({ roles: allowed }) => (typeof allowed === 'string' ? [] : allowed)))).toEqual(
      new Set(roles),
    );
  });
});
