/** Runs the fixture app in this process, in the folder given, until it is ended from outside; says when it is ready. */
import { startFixture } from './fixture-run.ts';

const [folder = ''] = process.argv.slice(2);
const fixture = await startFixture({ folder, databaseEndpoint: '' });
fixture.run.setRelayDelay(3_600_000);
await fixture.note('written-before-the-end');
process.stdout.write('ready\n');
