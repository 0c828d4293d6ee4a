import { z } from 'zod';
import type { LocalRun } from './local-run.ts';
import { openCaller } from './sample/caller.ts';

const person = 'bilal';
const meSchema = z.object({ memberships: z.array(z.object({ organisation: z.string() })) });
const openSchema = z.object({ items: z.array(z.object({ id: z.string(), host: z.string() })) });

/** Three lines for the shell that work with the data there is: look, claim, follow. Without the sample data, one. */
export async function whatToTry(run: Pick<LocalRun, 'url' | 'tokenFor'>): Promise<string> {
  const caller = openCaller(run);
  const me = await caller.send({ person, method: 'GET', path: '/v1/me' }, meSchema);
  const organisation = me.memberships[0]?.organisation;
  if (organisation === undefined) {
    return [
      'Nobody is here yet. Found the first organisation, then join it with the code that is answered:',
      `  npm run found-organisation -- --name "Example Trust" --kind trust --identifier local:EXAMPLE`,
    ].join('\n');
  }
  const open = await caller.send({ person, organisation, method: 'GET', path: '/v1/open-cohorts?free=2' }, openSchema);
  const cohort = open.items.find(({ host }) => host !== organisation);
  const headers = `-H "Authorization: Bearer $(npm run -s token ${person})" -H "Cohortium-Organisation: ${organisation}"`;
  const claim = `-X POST -H "Content-Type: application/json" -H "Idempotency-Key: my-first-claim" -d '{"quantity":2}'`;
  return [
    'Try, in another terminal, as Bilal of North East London NHS Foundation Trust:',
    `  curl ${headers} ${run.url}/v1/open-cohorts`,
    ...(cohort === undefined ? [] : [`  curl ${headers} ${claim} ${run.url}/v1/cohorts/${cohort.id}/claims`]),
    `  curl ${headers} ${run.url}/v1/events`,
  ].join('\n');
}
