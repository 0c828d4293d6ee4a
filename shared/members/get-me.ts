import * as z from 'zod';
import { roles } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation, nothingOwned } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { readMembershipsOf } from './members-items.ts';

/**
 * Answers a signed-in person who they are here: the organisations that they belong to (at most a hundred), and their
 * roles there. A joining or a removal of the last second may not show yet; at each request it counts at once.
 */
export const getMe = defineOperation({
  name: 'get-me',
  summary: 'Who you are, and the organisations that you belong to',
  kind: 'read',
  input: z.strictObject({}),
  output: z.object({
    name: z.string().optional(),
    email: z.string().optional(),
    memberships: z.array(
      z.object({
        organisation: z.string(),
        organisationName: z.string(),
        member: z.string(),
        roles: z.array(z.enum(roles)),
      }),
    ),
  }),
  example: {},
  refusals: [],
  notFound: 'member.not-found',
  target: nothingOwned,
  async run({ actor, table }) {
    if (actor.kind !== 'person') throw refusal('actor.not-allowed');
    const found = await readMembershipsOf(table, actor.subject);
    const organisations = await findOrganisations(
      table,
      found.map(({ organisation }) => organisation),
    );
    const memberships = found.map(({ organisation, id, roles: held }) => ({
      organisation,
      organisationName: organisations.get(organisation)?.name ?? '',
      member: id,
      roles: held,
    }));
    return { name: actor.name, email: actor.email, memberships };
  },
});
