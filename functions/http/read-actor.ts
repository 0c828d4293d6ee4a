import { access, type AccessRule, type OperationName } from '../../shared/access.ts';
import { scopes, type Actor, type ClientActor } from '../../shared/context.ts';
import { refusal } from '../../shared/errors.ts';
import { idPattern } from '../../shared/ids.ts';
import { readMembership } from '../../shared/members/members-items.ts';
import type { Table } from '../../shared/table/table.ts';
import type { ApiEvent } from './api-event.ts';
import { authorisedSchema, type Authorised } from './authorised.ts';

const organisationPattern = idPattern('org');

/**
 * Who makes a request, from the authoriser's context, and for which organisation, from the header Cohortium-Organisation.
 * A person's membership and roles are read at every request, so that a removal acts at once. A person who names no
 * organisation, one that is not here or one that they are no member of, has no membership: the same answer for all three.
 *
 * Refusals: `actor.unauthenticated` for a bad token or key; `actor.organisation-missing` for a key that names another
 * organisation than its own.
 */
export async function readActor(table: Table, operation: OperationName, event: ApiEvent): Promise<Actor> {
  const rule: AccessRule = access[operation];
  if (rule.roles === 'public') return { kind: 'public' };
  const authorised = readAuthorised(event);
  const organisation = event.headers['cohortium-organisation'];
  switch (authorised?.kind) {
    case undefined:
    case 'refused':
      throw refusal('actor.unauthenticated');
    case 'client':
      return clientOf(authorised, organisation);
    case 'person': {
      const { subject, name, email } = authorised;
      // What concerns the person alone is asked of no organisation, whatever the header says.
      const named = rule.roles === 'person' ? undefined : organisation;
      const membership =
        named !== undefined && organisationPattern.test(named)
          ? await readMembership(table, named, subject)
          : undefined;
      return { kind: 'person', subject, name, email, membership };
    }
  }
}

/** The kind of actor that the authoriser named, for the log; `public` without one. */
export function actorKindOf(event: ApiEvent): string {
  return authorisedSchema.safeParse(event.requestContext.authorizer?.lambda).data?.kind ?? 'public';
}

/** Undefined where no authoriser stands before the route. Throws for a context that ours never gives. */
function readAuthorised(event: ApiEvent): Authorised | undefined {
  const given = event.requestContext.authorizer?.lambda;
  return given === undefined ? undefined : authorisedSchema.parse(given);
}

function clientOf(
  { key, organisation, scopes: given, succeededBy }: Extract<Authorised, { kind: 'client' }>,
  named: string | undefined,
): ClientActor {
  if (named !== undefined && named !== organisation) throw refusal('actor.organisation-missing');
  const held = given.split(' ');
  const kept = scopes.filter((scope) => held.includes(scope));
  return { kind: 'client', key, organisation, scopes: kept, ...(succeededBy === undefined ? {} : { succeededBy }) };
}
