import { archiveCohort } from '../../shared/cohorts/archive-cohort.ts';
import { cancelCohort } from '../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../shared/cohorts/close-cohort.ts';
import { copyCohort } from '../../shared/cohorts/copy-cohort.ts';
import { createCohort } from '../../shared/cohorts/create-cohort.ts';
import { getCohortCalendar } from '../../shared/cohorts/get-cohort-calendar.ts';
import { getCohort } from '../../shared/cohorts/get-cohort.ts';
import { getOwnCalendar } from '../../shared/cohorts/get-own-calendar.ts';
import { listOpenCohorts } from '../../shared/cohorts/list-open-cohorts.ts';
import { listProgrammeCohorts } from '../../shared/cohorts/list-programme-cohorts.ts';
import { moveCohort } from '../../shared/cohorts/move-cohort.ts';
import { openCohort } from '../../shared/cohorts/open-cohort.ts';
import { updateCohort } from '../../shared/cohorts/update-cohort.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const cohortRoutes = [
  route('POST', '/v1/programmes/{programme}/cohorts', createCohort, 201),
  route('GET', '/v1/programmes/{programme}/cohorts', listProgrammeCohorts),
  route('GET', '/v1/open-cohorts', listOpenCohorts),
  route('GET', '/v1/cohorts/{cohort}', getCohort),
  route('POST', '/v1/cohorts/{cohort}/copies', copyCohort, 201),
  route('GET', '/v1/cohorts/{cohort}/calendar', getCohortCalendar, 200, { answers: 'text/calendar' }),
  route('GET', '/v1/me/calendar', getOwnCalendar, 200, { answers: 'text/calendar' }),
  route('PATCH', '/v1/cohorts/{cohort}', updateCohort),
  route('PUT', '/v1/cohorts/{cohort}/sessions', moveCohort),
  route('POST', '/v1/cohorts/{cohort}/open', openCohort),
  route('POST', '/v1/cohorts/{cohort}/close', closeCohort),
  route('POST', '/v1/cohorts/{cohort}/cancel', cancelCohort),
  route('POST', '/v1/cohorts/{cohort}/archive', archiveCohort),
] as const;

export const handler = apiHandler(cohortRoutes);
