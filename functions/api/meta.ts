import { getHealth } from '../../shared/meta/get-health.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const metaRoutes = [route('GET', '/v1/health', getHealth)] as const;

export const handler = apiHandler(metaRoutes);
