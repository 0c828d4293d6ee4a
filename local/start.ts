/**
 * `npm start`: synthesises the app, runs what was synthesised on this machine, and says what to try. State is kept in
 * `.local/` between runs. Ctrl-c ends everything.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createClock } from './clock.ts';
import { startLocalRun, type LocalRun } from './local-run.ts';
import { keyFileName } from './issuer-tokens.ts';
import { messageOf } from './log.ts';
import { readOptions, usage, type StartOptions } from './options.ts';
import { refuseSecondRun, removeRun, stateFolder, writeRun } from './run-file.ts';
import { loadSample } from './sample/load-sample.ts';
import { beginningOfSample } from './sample/sample-days.ts';
import { whatToTry } from './what-to-try.ts';

/** Stands there while the sample data is loaded: a load that was cut short is begun anew. */
const loadingMark = join(stateFolder, 'loading-sample');

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Makes `cdk.out` in a process of its own: CDK takes 200 MB, which the run does not need. Refuses (throws) what does not synthesise. */
function synthesise(): void {
  const { status } = spawnSync(process.execPath, ['infra/app.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('The app could not be synthesised: see above.');
}

async function fill(run: LocalRun): Promise<void> {
  if (await loadSample(run)) say('Loaded the sample data: organisations, cohorts and accounts of north-east London.');
  rmSync(loadingMark);
}

async function start(options: StartOptions): Promise<LocalRun> {
  refuseSecondRun();
  if (options.fresh || existsSync(loadingMark)) rmSync(stateFolder, { recursive: true, force: true });
  // What was kept goes by the machine's time; only where nothing is kept may the sample begin in the past.
  const fills = options.sample && !existsSync(join(stateFolder, keyFileName));
  mkdirSync(stateFolder, { recursive: true });
  if (fills) writeFileSync(loadingMark, '');
  synthesise();
  const today = new Date();
  const run = await startLocalRun({
    assembly: 'cdk.out',
    folder: stateFolder,
    port: options.port,
    clock: createClock({ behind: fills ? today.getTime() - beginningOfSample(today).getTime() : 0 }),
  });
  const { url, issuer, audience, endpoints } = run;
  writeRun({ pid: process.pid, url, issuer, audience, aws: endpoints.aws });
  if (fills) await fill(run);
  if (options.relayDelay > 0) run.setRelayDelay(options.relayDelay * 1000);
  return run;
}

/** Ends the run at the first ctrl-c, and at once at the second. */
function endOnSignal(run: LocalRun): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    say('\nStopping ...');
    run.stop().then(
      () => {
        removeRun();
        process.exit(0);
      },
      (error: unknown) => {
        process.stderr.write(`${messageOf(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(signal, end);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') say(usage);
  else {
    const run = await start(options);
    endOnSignal(run);
    say(`Cohortium answers at ${run.url}; sign-in is at ${run.issuer}. State is kept in .local/; ctrl-c ends it.`);
    say(await whatToTry(run));
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
