import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { organisationDetails, organisationStatuses, type Organisation } from './organisation.ts';

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

const organisationSucceeded = defineEvent({
  type: 'organisation.succeeded',
  version: 1,
  summary:
    'Another organisation has succeeded this one: its people and places are the other’s. Both can be read as before. Told to all.',
  data: z.object({
    organisation: z.string(),
    successor: z.string().describe('The organisation that has succeeded it'),
    on: z.iso.date().describe('From which day (Europe/London) on'),
  }),
  example: { organisation: 'org_0123456', successor: 'org_6543210', on: '2027-04-01' },
});

const organisationRestated = defineEvent({
  type: 'organisation.restated',
  version: 1,
  summary:
    'The present state of an organisation, when what happened to it could not be told. Told to all who may see it.',
  data: z.object({
    organisation: z.string(),
    status: z.enum(organisationStatuses),
    kind,
    identifiers,
    succeededBy: z.string().optional(),
  }),
  example: { ...example, status: 'joined' as const },
});

export const organisationEvents = [
  organisationFounded,
  organisationJoined,
  organisationSucceeded,
  organisationRestated,
];

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
    case 'succeeded':
      return after.succeededBy === undefined || after.succeededOn === undefined
        ? []
        : [
            organisationSucceeded.announce(
              { organisation: after.id, successor: after.succeededBy, on: after.succeededOn },
              'all',
            ),
          ];
    default:
      return [];
  }
}

/** The present state of an organisation. */
export function restateOrganisation(after: Organisation): readonly Announcement[] {
  const { id, status, succeededBy } = after;
  const succeeded = succeededBy === undefined ? {} : { succeededBy };
  const data = { organisation: id, status, kind: after.kind, identifiers: after.identifiers, ...succeeded };
  return [organisationRestated.announce(data, status === 'founded' ? [id] : 'all')];
}
