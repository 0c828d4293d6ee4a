import { agreeSharingRule } from '../../shared/costs/agree-sharing-rule.ts';
import { declineSharingRule } from '../../shared/costs/decline-sharing-rule.ts';
import { getCostPlan } from '../../shared/costs/get-cost-plan.ts';
import { proposeSharingRule } from '../../shared/costs/propose-sharing-rule.ts';
import { recordActualCosts } from '../../shared/costs/record-actual-costs.ts';
import { setCostPlan } from '../../shared/costs/set-cost-plan.ts';
import { setVatTreatment } from '../../shared/costs/set-vat-treatment.ts';
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
] as const;

export const handler = apiHandler(costRoutes);
