import * as z from 'zod';
import { organisationOf } from '../context.ts';
import { defineOperation } from '../operation.ts';
import { organisationDetails, organisationId, organisationStatuses } from './organisation.ts';
import { readOrganisation } from './organisations-items.ts';

/** Answers what an organisation is and how it is known elsewhere. Every member of every organisation may see it. */
export const getOrganisation = defineOperation({
  name: 'get-organisation',
  summary: 'An organisation of this installation',
  kind: 'read',
  input: z.strictObject({ organisation: organisationId }),
  output: z.object({
    id: organisationId,
    ...organisationDetails,
    status: z.enum(organisationStatuses),
    invitedBy: z.string().optional().describe('The organisation that invited it'),
    succeededBy: z.string().optional().describe('The organisation that has succeeded it'),
    succeededOn: z.iso.date().optional().describe('From which day (Europe/London) on'),
  }),
  example: { organisation: 'org_0123456' },
  refusals: [],
  notFound: 'organisation.not-found',
  async target(context, input) {
    const organisation = await readOrganisation(context.table, input.organisation);
    if (organisation === undefined) return undefined;
    return { relation: organisation.id === organisationOf(context.actor) ? 'own' : 'other', subject: organisation };
  },
  async run(_context, _input, { id, name, kind, identifiers, status, ...others }) {
    const { invitedBy, succeededBy, succeededOn } = others;
    return await Promise.resolve({ id, name, kind, identifiers, status, invitedBy, succeededBy, succeededOn });
  },
});
