import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { organisationDetails, type Organisation } from './organisation.ts';

const { kind, identifiers } = organisationDetails;
const example = {
  organisation: 'org_0123456',
  kind: 'trust' as const,
  identifiers: [{ scheme: 'ods' as const, value: 'RF4' }],
};

const organisationFounded = defineEvent({
  type: 'organisation.founded',
  version: 1,
  summary: 'The first organisation of an installation was founded. Told to that organisation.',
  data: z.object({ organisation: z.string(), kind, identifiers }),
  example,
});

const organisationJoined = defineEvent({
  type: 'organisation.joined',
  version: 1,
  summary: 'An organisation has its first administrator and takes part from now on. Told to all.',
  data: z.object({ organisation: z.string(), kind, identifiers, invitedBy: z.string().optional() }),
  example: { ...example, invitedBy: 'org_6543210' },
});

const organisationRestated = defineEvent({
  type: 'organisation.restated',
  version: 1,
  summary:
    'The present state of an organisation, when what happened to it could not be told. Told to all who may see it.',
  data: z.object({ organisation: z.string(), status: z.enum(['founded', 'joined']), kind, identifiers }),
  example: { ...example, status: 'joined' as const },
});

export const organisationEvents = [organisationFounded, organisationJoined, organisationRestated];

/** What happened to an organisation. A change of its administrators is told by the members concerned. */
export function eventsOfOrganisation(before: Organisation | undefined, after: Organisation): readonly Announcement[] {
  if (before?.version === after.version) return [];
  const data = { organisation: after.id, kind: after.kind, identifiers: after.identifiers };
  switch (after.change.type) {
    case 'founded':
      return [organisationFounded.announce(data, [after.id])];
    case 'joined':
      return [
        organisationJoined.announce(
          { ...data, ...(after.invitedBy === undefined ? {} : { invitedBy: after.invitedBy }) },
          'all',
        ),
      ];
    default:
      return [];
  }
}

/** The present state of an organisation. */
export function restateOrganisation(after: Organisation): readonly Announcement[] {
  const { id, status } = after;
  const data = { organisation: id, status, kind: after.kind, identifiers: after.identifiers };
  return [organisationRestated.announce(data, status === 'joined' ? 'all' : [id])];
}
