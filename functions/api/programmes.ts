import { createProgramme } from '../../shared/programmes/create-programme.ts';
import { getProgramme } from '../../shared/programmes/get-programme.ts';
import { listProgrammes } from '../../shared/programmes/list-programmes.ts';
import { publishProgramme } from '../../shared/programmes/publish-programme.ts';
import { updateProgramme } from '../../shared/programmes/update-programme.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const programmeRoutes = [
  route('POST', '/v1/programmes', createProgramme, 201),
  route('GET', '/v1/programmes', listProgrammes),
  route('GET', '/v1/programmes/{programme}', getProgramme),
  route('PATCH', '/v1/programmes/{programme}', updateProgramme),
  route('POST', '/v1/programmes/{programme}/publish', publishProgramme),
] as const;

export const handler = apiHandler(programmeRoutes);
