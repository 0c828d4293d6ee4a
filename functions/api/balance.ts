import { getBalance } from '../../shared/balance/get-balance.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const balanceRoutes = [route('GET', '/v1/balance', getBalance)] as const;

export const handler = apiHandler(balanceRoutes);
