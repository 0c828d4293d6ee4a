import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { synthesise } from '../support/synthesise-app.ts';
import { startInstallation, type Installation } from './installation.ts';
import { givenLondon, givenOpenCohort, givenProgramme, type London } from './london.ts';
import { expectProblem } from './refused.ts';

/** A new operation, as somebody would write it; its name is the only thing that the rest of the app is told. */
const operationFile = `
import { z } from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { defineOperation } from '../operation.ts';

export const countFreePlaces = defineOperation({
  name: 'count-free-places',
  summary: 'How many places of a cohort were planned',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: z.object({ planned: z.int() }),
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  run: async (_context, _input, cohort) => await Promise.resolve({ planned: cohort.capacity }),
});
`;

const project = join(import.meta.dirname, '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'cohortium-new-route-'));
let installation: Installation;
let london: London;

/** Adds a line to a file of the copy, behind the first that has this text. */
function addLine(file: string, behind: string, line: string): void {
  const lines = readFileSync(join(copy, file), 'utf8').split('\n');
  const index = lines.findIndex((text) => text.includes(behind));
  if (index < 0) throw new Error(`${file} has no line with ${behind}`);
  writeFileSync(join(copy, file), lines.toSpliced(index + 1, 0, line).join('\n'));
}

beforeAll(async () => {
  for (const name of ['functions', 'infra', 'shared', 'package.json', 'tsconfig.json'])
    cpSync(join(project, name), join(copy, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'shared/places/count-free-places.ts'), operationFile);
  const everyMember =
    "'count-free-places': { roles: everyMember, scope: 'places:read', relations: ['own', 'partner'] },";
  addLine('shared/access.ts', "'list-cohort-places':", everyMember);
  addLine(
    'functions/api/places.ts',
    'export const placeRoutes',
    "route('GET', '/v1/cohorts/{cohort}/free', countFreePlaces),",
  );
  addLine(
    'functions/api/places.ts',
    'claim-place.ts',
    "import { countFreePlaces } from '../../shared/places/count-free-places.ts';",
  );
  const assembly = join(copy, 'assembly');
  synthesise(copy, assembly);
  installation = await startInstallation({ assembly });
  london = await givenLondon(installation, ['RF4', 'RAT', 'RWK']);
}, 90_000);
afterAll(async () => {
  await installation.stop();
  rmSync(copy, { recursive: true, force: true });
});

test('a new route is its operation, its line of who may and its line of where: deployed, described and guarded', async () => {
  const { RF4, RAT, RWK } = london;
  const programme = await givenProgramme(RF4, { sharedWith: [RAT.organisation] });
  const cohort = await givenOpenCohort(RF4, programme, { capacity: 7 });
  const address = `GET /v1/cohorts/${cohort}/free`;
  for (const party of [RF4, RAT])
    expect(await party.send(address)).toMatchObject({ status: 200, body: { planned: 7 } });
  expectProblem(await RWK.send(address), 'cohort.not-found');
  expectProblem(await installation.signIn('oona').send(address), 'actor.organisation-missing');
  expectProblem(await RF4.send(`${address}?more=1`), 'request.invalid');
  const { token } = await RAT.createKey({ name: 'Reads events', scopes: ['events:read'] });
  expectProblem(await installation.withKey(token).send(address), 'actor.not-allowed');
  const { body } = await RF4.send('GET /v1/openapi.json');
  const { paths } = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))) })
    .parse(body);
  expect(paths['/v1/cohorts/{cohort}/free']?.['get']).toMatchObject({
    operationId: 'count-free-places',
    tags: ['places'],
    responses: { '200': {}, '404': {} },
  });
});
