import { agreeSharingRule } from '../../shared/costs/agree-sharing-rule.ts';
import { approveSpending } from '../../shared/costs/approve-spending.ts';
import { declineSharingRule } from '../../shared/costs/decline-sharing-rule.ts';
import { getApproval } from '../../shared/costs/get-approval.ts';
import { getBuyingRules } from '../../shared/costs/get-buying-rules.ts';
import { getCostPlan } from '../../shared/costs/get-cost-plan.ts';
import { getOwnCost } from '../../shared/costs/get-own-cost.ts';
import { getPurchaseOrder } from '../../shared/costs/get-purchase-order.ts';
import { getSavings } from '../../shared/costs/get-savings.ts';
import { getShares } from '../../shared/costs/get-shares.ts';
import { getYearSavings } from '../../shared/costs/get-year-savings.ts';
import { proposeSharingRule } from '../../shared/costs/propose-sharing-rule.ts';
import { quotePlaces } from '../../shared/costs/quote-places.ts';
import { recordActualCosts } from '../../shared/costs/record-actual-costs.ts';
import { setBuyingRules } from '../../shared/costs/set-buying-rules.ts';
import { setCostPlan } from '../../shared/costs/set-cost-plan.ts';
import { setPurchaseOrder } from '../../shared/costs/set-purchase-order.ts';
import { setVatTreatment } from '../../shared/costs/set-vat-treatment.ts';
import { stateOwnCost } from '../../shared/costs/state-own-cost.ts';
import { withdrawApproval } from '../../shared/costs/withdraw-approval.ts';
import { withdrawOwnCost } from '../../shared/costs/withdraw-own-cost.ts';
import { withdrawSharingRule } from '../../shared/costs/withdraw-sharing-rule.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const costRoutes = [
  route('PUT', '/v1/cohorts/{cohort}/cost-plan', setCostPlan),
  route('GET', '/v1/cohorts/{cohort}/cost-plan', getCostPlan),
  route('PATCH', '/v1/cohorts/{cohort}/cost-plan', recordActualCosts),
  route('PUT', '/v1/cohorts/{cohort}/vat-treatments/{customer}', setVatTreatment),
  route('POST', '/v1/cohorts/{cohort}/sharing-rules', proposeSharingRule),
  route('POST', '/v1/cohorts/{cohort}/sharing-rules/{proposal}/agree', agreeSharingRule),
  route('POST', '/v1/cohorts/{cohort}/sharing-rules/{proposal}/decline', declineSharingRule),
  route('POST', '/v1/cohorts/{cohort}/sharing-rules/{proposal}/withdraw', withdrawSharingRule),
  route('GET', '/v1/cohorts/{cohort}/shares', getShares),
  route('GET', '/v1/cohorts/{cohort}/quote', quotePlaces),
  route('GET', '/v1/buying-rules', getBuyingRules),
  route('PUT', '/v1/buying-rules', setBuyingRules),
  route('GET', '/v1/cohorts/{cohort}/approval', getApproval),
  route('PUT', '/v1/cohorts/{cohort}/approval', approveSpending),
  route('DELETE', '/v1/cohorts/{cohort}/approval', withdrawApproval),
  route('GET', '/v1/cohorts/{cohort}/purchase-order', getPurchaseOrder),
  route('PUT', '/v1/cohorts/{cohort}/purchase-order', setPurchaseOrder),
  route('GET', '/v1/cohorts/{cohort}/own-cost', getOwnCost),
  route('PUT', '/v1/cohorts/{cohort}/own-cost', stateOwnCost),
  route('DELETE', '/v1/cohorts/{cohort}/own-cost', withdrawOwnCost),
  route('GET', '/v1/cohorts/{cohort}/savings', getSavings),
  route('GET', '/v1/savings', getYearSavings),
] as const;

export const handler = apiHandler(costRoutes);
