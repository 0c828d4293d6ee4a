import { acceptNetting } from '../../shared/settlements/accept-netting.ts';
import { confirmPayment } from '../../shared/settlements/confirm-payment.ts';
import { getNetting } from '../../shared/settlements/get-netting.ts';
import { getSettlement } from '../../shared/settlements/get-settlement.ts';
import { leaveNetting } from '../../shared/settlements/leave-netting.ts';
import { listNettings } from '../../shared/settlements/list-nettings.ts';
import { listSettlements } from '../../shared/settlements/list-settlements.ts';
import { proposeNetting } from '../../shared/settlements/propose-netting.ts';
import { proposeSettlement } from '../../shared/settlements/propose-settlement.ts';
import { recordPayment } from '../../shared/settlements/record-payment.ts';
import { withdrawSettlement } from '../../shared/settlements/withdraw-settlement.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const settlementRoutes = [
  route('POST', '/v1/nettings', proposeNetting, 201),
  route('GET', '/v1/nettings', listNettings),
  route('GET', '/v1/nettings/{netting}', getNetting),
  route('POST', '/v1/nettings/{netting}/accept', acceptNetting),
  route('POST', '/v1/nettings/{netting}/leave', leaveNetting),
  route('POST', '/v1/settlements', proposeSettlement, 201),
  route('GET', '/v1/settlements', listSettlements),
  route('GET', '/v1/settlements/{settlement}', getSettlement),
  route('POST', '/v1/settlements/{settlement}/withdraw', withdrawSettlement),
  route('POST', '/v1/settlements/{settlement}/payments/{payment}/record', recordPayment),
  route('POST', '/v1/settlements/{settlement}/payments/{payment}/confirm', confirmPayment),
] as const;

export const handler = apiHandler(settlementRoutes);
