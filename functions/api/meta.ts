import { getApiDescription } from '../../shared/meta/get-api-description.ts';
import { getHealth } from '../../shared/meta/get-health.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';
import { describeOwnApi } from '../openapi/describe-own-api.ts';

export const metaRoutes = [
  route('GET', '/v1/health', getHealth),
  route('GET', '/v1/openapi.json', getApiDescription(describeOwnApi)),
] as const;

export const handler = apiHandler(metaRoutes);
