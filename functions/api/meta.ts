import { getHealth } from '../../shared/meta/get-health.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';
import { getApiDescription } from '../openapi/get-api-description.ts';

export const metaRoutes = [
  route('GET', '/v1/health', getHealth),
  route('GET', '/v1/openapi.json', getApiDescription),
] as const;

export const handler = apiHandler(metaRoutes);
