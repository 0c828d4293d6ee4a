import { declineApplication } from '../../shared/applications/decline-application.ts';
import { endorseApplication } from '../../shared/applications/endorse-application.ts';
import { getApplication } from '../../shared/applications/get-application.ts';
import { listApplications } from '../../shared/applications/list-applications.ts';
import { makeApplicantException } from '../../shared/applications/make-applicant-exception.ts';
import { nominatePerson } from '../../shared/applications/nominate-person.ts';
import { selectApplicants } from '../../shared/applications/select-applicants.ts';
import { submitApplication } from '../../shared/applications/submit-application.ts';
import { takeAlternate } from '../../shared/applications/take-alternate.ts';
import { withdrawApplication } from '../../shared/applications/withdraw-application.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

/** As many bytes as the decision's item surely has room for (400 KB): reasons in words for all of a full cohort take more than 64 KB. */
const takes = { mediaType: 'application/json', mostBytes: 350 * 1024 } as const;

export const applicationRoutes = [
  route('POST', '/v1/cohorts/{cohort}/applications', submitApplication, 201),
  route('GET', '/v1/cohorts/{cohort}/applications', listApplications),
  route('POST', '/v1/cohorts/{cohort}/nominations', nominatePerson, 201),
  route('GET', '/v1/cohorts/{cohort}/applications/{application}', getApplication),
  route('POST', '/v1/cohorts/{cohort}/applications/{application}/endorse', endorseApplication),
  route('POST', '/v1/cohorts/{cohort}/applications/{application}/decline', declineApplication),
  route('POST', '/v1/cohorts/{cohort}/applications/{application}/withdraw', withdrawApplication),
  route('POST', '/v1/cohorts/{cohort}/applications/{application}/exception', makeApplicantException),
  route('PUT', '/v1/cohorts/{cohort}/selection', selectApplicants, 200, { takes }),
  route('POST', '/v1/cohorts/{cohort}/alternates', takeAlternate),
] as const;

export const handler = apiHandler(applicationRoutes);
