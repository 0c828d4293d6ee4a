import { acceptNetting } from '../../shared/settlements/accept-netting.ts';
import { getNetting } from '../../shared/settlements/get-netting.ts';
import { leaveNetting } from '../../shared/settlements/leave-netting.ts';
import { listNettings } from '../../shared/settlements/list-nettings.ts';
import { proposeNetting } from '../../shared/settlements/propose-netting.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const settlementRoutes = [
  route('POST', '/v1/nettings', proposeNetting, 201),
  route('GET', '/v1/nettings', listNettings),
  route('GET', '/v1/nettings/{netting}', getNetting),
  route('POST', '/v1/nettings/{netting}/accept', acceptNetting),
  route('POST', '/v1/nettings/{netting}/leave', leaveNetting),
] as const;

export const handler = apiHandler(settlementRoutes);
