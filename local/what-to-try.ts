import { z } from 'zod';
import type { LocalRun } from './local-run.ts';
import { openCaller, type Caller } from './sample/caller.ts';

const person = 'bilal';
/** Who may see what places cost, at the same organisation. */
const finance = 'rosa';
const meSchema = z.object({ memberships: z.array(z.object({ organisation: z.string() })) });
const openSchema = z.object({ items: z.array(z.object({ id: z.string(), host: z.string(), title: z.string() })) });

/** Lines for the shell that work with the data there is: look, claim, follow, and what it costs. Without the sample data, one. */
export async function whatToTry(run: Pick<LocalRun, 'url' | 'tokenFor'>): Promise<string> {
  const caller = openCaller(run);
  const me = await caller.send({ person, method: 'GET', path: '/v1/me' }, meSchema);
  const organisation = me.memberships[0]?.organisation;
  if (organisation === undefined) {
    return [
      'Nobody is here yet. Found the first organisation, then join it with the code that is answered:',
      `  npm run found-organisation -- --name "Example Trust" --kind trust --identifier local:EXAMPLE`,
      'Or begin anew, with the sample data: npm start -- --fresh',
    ].join('\n');
  }
  const open = await caller.send({ person, organisation, method: 'GET', path: '/v1/open-cohorts?free=2' }, openSchema);
  const cohort = open.items.find(({ host }) => host !== organisation);
  const as = (who: string) =>
    `-H "Authorization: Bearer $(npm run -s token ${who})" -H "Cohortium-Organisation: ${organisation}"`;
  const headers = as(person);
  const shared = open.items.find(({ title }) => title === 'Aspiring Leaders');
  const shares = shared === undefined ? undefined : `/v1/cohorts/${shared.id}/shares`;
  const isShared = shares !== undefined && (await isAnswered(caller, { organisation, path: shares }));
  const claim = `-X POST -H "Content-Type: application/json" -H "Idempotency-Key: my-first-claim" -d '{"quantity":2}'`;
  return [
    'Try, in another terminal, as Bilal of North East London NHS Foundation Trust:',
    `  curl ${headers} ${run.url}/v1/open-cohorts`,
    ...(cohort === undefined ? [] : [`  curl ${headers} ${claim} ${run.url}/v1/cohorts/${cohort.id}/claims`]),
    `  curl ${headers} ${run.url}/v1/events`,
    ...(isShared
      ? [
          'And as Rosa, who is in its finance, what its places on Aspiring Leaders cost:',
          `  curl ${as(finance)} ${run.url}${shares}`,
        ]
      : []),
  ].join('\n');
}

/** Whether what finance is to try is there: not in data that was loaded before there were cost plans. */
async function isAnswered(
  caller: Caller,
  asked: { readonly organisation: string; readonly path: string },
): Promise<boolean> {
  try {
    await caller.send({ person: finance, method: 'GET', ...asked }, z.object({}));
    return true;
  } catch {
    return false;
  }
}
