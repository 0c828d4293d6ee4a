import { changeCapacity } from '../../shared/places/change-capacity.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { giveBackPlace } from '../../shared/places/give-back-place.ts';
import { listCohortPlaces } from '../../shared/places/list-cohort-places.ts';
import { listOrganisationPlaces } from '../../shared/places/list-organisation-places.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const placeRoutes = [
  route('POST', '/v1/cohorts/{cohort}/claims', claimPlace, 201),
  route('POST', '/v1/cohorts/{cohort}/give-backs', giveBackPlace),
  route('PUT', '/v1/cohorts/{cohort}/capacity', changeCapacity),
  route('GET', '/v1/cohorts/{cohort}/places', listCohortPlaces),
  route('GET', '/v1/places', listOrganisationPlaces),
] as const;

export const handler = apiHandler(placeRoutes);
