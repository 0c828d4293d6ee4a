/** `npm run token -- <person>`: an identity token of a sample person, for the run that is going on. */
import { join } from 'node:path';
import { createClock } from '../clock.ts';
import { createTokenSigner, keyFileName } from '../issuer-tokens.ts';
import { messageOf } from '../log.ts';
import { requireRun, stateFolder } from '../run-file.ts';
import { findPerson, people } from '../sample/people.ts';

/** An hour, as Cognito gives; nothing is refreshed here. */
const hour = 3600;

async function tokenOf(given: string | undefined): Promise<string> {
  const known = `There are: ${people.map(({ id }) => id).join(', ')}.`;
  if (given === undefined) throw new Error(`For whom? npm run token -- <person>. ${known}`);
  const person = findPerson(given);
  if (person === undefined) throw new Error(`There is no sample person ${JSON.stringify(given)}. ${known}`);
  const { issuer, audience } = requireRun();
  const lifetimes = { access: hour, identity: hour, refresh: hour };
  const keyFile = join(stateFolder, keyFileName);
  const signer = await createTokenSigner({ issuer, audience, clock: createClock(), lifetimes, keyFile });
  return await signer.identityToken(person, undefined);
}

try {
  process.stdout.write(`${await tokenOf(process.argv[2])}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
