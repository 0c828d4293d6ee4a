import { createApiKey } from '../../shared/api-keys/create-api-key.ts';
import { listApiKeys } from '../../shared/api-keys/list-api-keys.ts';
import { revokeApiKey } from '../../shared/api-keys/revoke-api-key.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const apiKeyRoutes = [
  route('POST', '/v1/api-keys', createApiKey, 201),
  route('GET', '/v1/api-keys', listApiKeys),
  route('DELETE', '/v1/api-keys/{key}', revokeApiKey),
] as const;

export const handler = apiHandler(apiKeyRoutes);
