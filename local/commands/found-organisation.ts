/**
 * `npm run found-organisation`: the operator's command that founds the first organisation of an installation, once: on
 * this machine or, with `--function`, on AWS with the credentials of the shell. Prints the one-time code with which its
 * first administrator joins.
 */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { parseArgs } from 'node:util';
import { messageOf } from '../log.ts';
import { CREDENTIALS, REGION } from '../place.ts';
import { requireRun } from '../run-file.ts';

const usage = `npm run found-organisation -- --name <name> --kind <kind> [--identifier <scheme>:<value> ...] [--function <name>]
  --kind        trust, foundation-trust, commissioner, local-authority, company, ...
  --identifier  how it is known elsewhere, such as ods:RF4; as often as needed
  --function    on AWS: the stack's output FoundOrganisationFunctionName; without it, the run on this machine`;

const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    kind: { type: 'string' },
    identifier: { type: 'string', multiple: true },
    function: { type: 'string' },
  },
});

/** `ods:RF4` taken apart; what is wrong in it the operation says. */
function identifierOf(given: string) {
  const [scheme = '', ...rest] = given.split(':');
  return { scheme, value: rest.join(':') };
}

async function found(): Promise<string> {
  const { name, kind, identifier = [], function: onAws } = values;
  if (name === undefined || kind === undefined) throw new Error(usage);
  const client =
    onAws === undefined
      ? new LambdaClient({ endpoint: requireRun().aws, region: REGION, credentials: CREDENTIALS })
      : new LambdaClient({});
  const { Payload: payload, FunctionError: failed } = await client.send(
    new InvokeCommand({
      FunctionName: onAws ?? 'FoundOrganisation',
      Payload: JSON.stringify({ name, kind, identifiers: identifier.map(identifierOf) }),
    }),
  );
  const answer = new TextDecoder().decode(payload);
  if (failed !== undefined || !answer.includes('"code":"inv_')) throw new Error(answer);
  return answer;
}

try {
  process.stdout.write(`${await found()}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
