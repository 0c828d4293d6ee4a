import { listEvents } from '../../shared/events/list-events.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const eventRoutes = [route('GET', '/v1/events', listEvents)] as const;

export const handler = apiHandler(eventRoutes);
