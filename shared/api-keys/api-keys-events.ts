import * as z from 'zod';
import { scopes } from '../context.ts';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import type { ApiKey } from './api-key.ts';

const key = z.string().describe('The id of the key, never its secret');
const allowed = z.array(z.enum(scopes));
const facts = z.object({ organisation: z.string(), key, scopes: allowed, expiresAt: z.iso.datetime() });
const example = {
  organisation: 'org_0123456',
  key: 'key_0123456789ab',
  scopes: ['places:read' as const],
  expiresAt: '2027-12-31T09:00:00.000Z',
};

const apiKeyCreated = defineEvent({
  type: 'api-key.created',
  version: 1,
  readBy: 'list-api-keys',
  summary: 'An API key was made. Told to its organisation.',
  data: facts,
  example,
});

const apiKeyRevoked = defineEvent({
  type: 'api-key.revoked',
  version: 1,
  readBy: 'list-api-keys',
  summary: 'An API key works no longer. Told to its organisation.',
  data: facts.pick({ organisation: true, key: true }),
  example: { organisation: example.organisation, key: example.key },
});

const apiKeyRestated = defineEvent({
  type: 'api-key.restated',
  version: 1,
  readBy: 'list-api-keys',
  summary: 'The present state of an API key, when what happened could not be told. Told to its organisation.',
  data: facts.extend({ revoked: z.boolean() }),
  example: { ...example, revoked: false },
});

export const apiKeyEvents = [apiKeyCreated, apiKeyRevoked, apiKeyRestated];

/** What happened to an API key. That it was used is no change. */
export function eventsOfApiKey(before: ApiKey | undefined, after: ApiKey): readonly Announcement[] {
  if (before?.version === after.version) return [];
  const { organisation, id, scopes: granted, expiresAt } = after;
  switch (after.change.type) {
    case 'created':
      return [apiKeyCreated.announce({ organisation, key: id, scopes: granted, expiresAt }, [organisation])];
    case 'revoked':
      return [apiKeyRevoked.announce({ organisation, key: id }, [organisation])];
    default:
      return [];
  }
}

/** The present state of an API key. */
export function restateApiKey(after: ApiKey): readonly Announcement[] {
  const { organisation, id, scopes: granted, expiresAt, revoked } = after;
  return [apiKeyRestated.announce({ organisation, key: id, scopes: granted, expiresAt, revoked }, [organisation])];
}
