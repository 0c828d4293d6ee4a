import { getImport } from '../../shared/imports/get-import.ts';
import { importCohorts } from '../../shared/imports/import-cohorts.ts';
import { importPeople } from '../../shared/imports/import-people.ts';
import { mostFileBytes } from '../../shared/imports/import.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

const takes = { mediaType: 'text/csv', field: 'file', mostBytes: mostFileBytes } as const;

export const importRoutes = [
  route('POST', '/v1/imports/people', importPeople, 200, { takes }),
  route('POST', '/v1/imports/cohorts', importCohorts, 200, { takes }),
  route('GET', '/v1/imports/{import}', getImport),
] as const;

export const handler = apiHandler(importRoutes);
