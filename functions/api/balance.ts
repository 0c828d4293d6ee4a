import { getBalance } from '../../shared/balance/get-balance.ts';
import { getUnmetDemand } from '../../shared/balance/get-unmet-demand.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const balanceRoutes = [
  route('GET', '/v1/balance', getBalance),
  route('GET', '/v1/unmet-demand', getUnmetDemand),
] as const;

export const handler = apiHandler(balanceRoutes);
