import { allowLateNaming } from '../../shared/places/allow-late-naming.ts';
import { changeCapacity } from '../../shared/places/change-capacity.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { completePlace } from '../../shared/places/complete-place.ts';
import { fixAllocation } from '../../shared/places/fix-allocation.ts';
import { getAllocation } from '../../shared/places/get-allocation.ts';
import { deferPerson } from '../../shared/places/defer-person.ts';
import { exportCohort } from '../../shared/places/export-cohort.ts';
import { exportOrganisationPlaces } from '../../shared/places/export-organisation-places.ts';
import { getCertificate } from '../../shared/places/get-certificate.ts';
import { giveBackPlace } from '../../shared/places/give-back-place.ts';
import { listCohortAttendance } from '../../shared/places/list-cohort-attendance.ts';
import { listCohortPeople } from '../../shared/places/list-cohort-people.ts';
import { listCohortPlaces } from '../../shared/places/list-cohort-places.ts';
import { listOrganisationPlaces } from '../../shared/places/list-organisation-places.ts';
import { listOwnPlaces } from '../../shared/places/list-own-places.ts';
import { makeException } from '../../shared/places/make-exception.ts';
import { namePlace } from '../../shared/places/name-place.ts';
import { recordAttendance } from '../../shared/places/record-attendance.ts';
import { releasePerson } from '../../shared/places/release-person.ts';
import { replaceNamedPerson } from '../../shared/places/replace-named-person.ts';
import { unnamePlace } from '../../shared/places/unname-place.ts';
import { withdrawCompletion } from '../../shared/places/withdraw-completion.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const placeRoutes = [
  route('POST', '/v1/cohorts/{cohort}/claims', claimPlace, 201),
  route('POST', '/v1/cohorts/{cohort}/give-backs', giveBackPlace),
  route('PUT', '/v1/cohorts/{cohort}/capacity', changeCapacity),
  route('GET', '/v1/cohorts/{cohort}/places', listCohortPlaces),
  route('GET', '/v1/cohorts/{cohort}/places.csv', exportCohort, 200, { answers: 'text/csv' }),
  route('GET', '/v1/places', listOrganisationPlaces),
  route('GET', '/v1/cohorts/{cohort}/allocation', getAllocation),
  route('PUT', '/v1/cohorts/{cohort}/allocation', fixAllocation),
  route('POST', '/v1/cohorts/{cohort}/person-releases', releasePerson),
  route('POST', '/v1/cohorts/{cohort}/names', namePlace),
  route('PUT', '/v1/cohorts/{cohort}/names', replaceNamedPerson),
  route('POST', '/v1/cohorts/{cohort}/unnamings', unnamePlace),
  route('POST', '/v1/cohorts/{cohort}/deferrals', deferPerson),
  route('POST', '/v1/cohorts/{cohort}/late-namings', allowLateNaming),
  route('POST', '/v1/cohorts/{cohort}/exceptions', makeException),
  route('GET', '/v1/cohorts/{cohort}/people', listCohortPeople),
  route('GET', '/v1/places.csv', exportOrganisationPlaces, 200, { answers: 'text/csv' }),
  route('PUT', '/v1/cohorts/{cohort}/attendance', recordAttendance),
  route('GET', '/v1/cohorts/{cohort}/attendance', listCohortAttendance),
  route('POST', '/v1/cohorts/{cohort}/completions', completePlace),
  route('POST', '/v1/cohorts/{cohort}/completion-withdrawals', withdrawCompletion),
  route('GET', '/v1/cohorts/{cohort}/certificates/{ticket}', getCertificate),
  route('GET', '/v1/me/places', listOwnPlaces),
] as const;

export const handler = apiHandler(placeRoutes);
